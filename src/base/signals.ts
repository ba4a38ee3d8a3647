import type { Clock } from './clock.ts'

/** Runs `act` when the signal aborts, or at once when it has already; the result takes the wish back. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) {
    act()
    return () => {}
  }
  signal.addEventListener('abort', act, { once: true })
  return () => signal.removeEventListener('abort', act)
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => void onAbort(signal, resolve))
}

/** The promise's result, or a rejection with the signal's reason if that aborts first. The work itself goes on. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason))
    promise.then(resolve, reject).finally(forget)
  })
}

/** A signal that can be aborted by hand, and aborts with its parents. */
export interface LinkedSignal {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
  /** Lets go of the parents without aborting: a long-lived parent then keeps nothing of this. */
  release(): void
}

/** A signal that aborts, with the same reason, as soon as any parent does. */
export function linkedSignal(...parents: (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController()
  const forgets: (() => void)[] = []
  const release = () => {
    for (const forget of forgets.splice(0)) forget()
  }
  const abort = (reason?: unknown) => {
    release()
    controller.abort(reason)
  }
  for (const parent of parents) {
    if (parent && !controller.signal.aborted) forgets.push(onAbort(parent, () => abort(parent.reason)))
  }
  return { signal: controller.signal, abort, release }
}

/** As `linkedSignal`, for when there is nothing to let go of: aborts as soon as any of these does. */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter(signal => signal !== undefined))
}

/** A signal that aborts after so many milliseconds of the clock, with a `TimeoutError`, or with its parent. */
export function deadline(clock: Clock, milliseconds: number, parent?: AbortSignal): LinkedSignal {
  const linked = linkedSignal(parent)
  const timer = clock.after(milliseconds, () => {
    linked.abort(new DOMException(`${milliseconds} ms have passed`, 'TimeoutError'))
  })
  onAbort(linked.signal, () => timer.cancel())
  return {
    ...linked,
    release() {
      timer.cancel()
      linked.release()
    },
  }
}

/** The function, carried out at most once: later calls give the first result. */
export function once<T>(act: () => T): () => T {
  let result: { readonly value: T } | undefined
  return () => {
    result ??= { value: act() }
    return result.value
  }
}
