import { nodeReady } from '../api/core/node/readiness.ts'
import { nodes } from '../api/index.ts'
import { systemClock } from '../base/clock.ts'
import { silent } from '../base/log.ts'
import { linkedSignal, onAbort } from '../base/signals.ts'
import type { Client } from '../client/client.ts'
import { createInformers, type Informers } from '../client/informer.ts'
import { parseTime } from '../schema/scalars/time.ts'

/** What a person waits for: `text` says how far it is. */
export interface Reached {
  readonly reached: boolean
  readonly text: string
}

/** Says what to look at, asks to be told of changes, and gives what judges the state. */
export type Look = (informers: Informers, changed: () => void) => () => Reached

/**
 * Judges the cluster's state, once it is known whole and then at every change, until it is as wanted. Rejects, with what
 * was seen last, when the signal aborts.
 */
export async function waitUntil(
  client: Client,
  signal: AbortSignal,
  tell: (text: string) => void,
  look: Look,
): Promise<void> {
  const ending = linkedSignal(signal)
  const informers = createInformers({ client, clock: systemClock, log: silent, signal: ending.signal })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let last = 'nothing was seen of the cluster yet'
  let synced = false
  const judge = look(informers, () => changed())
  const changed = () => {
    if (!synced) return
    const { reached, text } = judge()
    last = text
    if (reached) resolve()
    else tell(text)
  }
  const forget = onAbort(signal, () => reject(new Error(last, { cause: signal.reason })))
  try {
    await Promise.race([informers.whenSynced(), promise])
    synced = true
    changed()
    await promise
  } finally {
    forget()
    ending.abort()
    await informers.stopped
  }
}

/**
 * Waits until the node of this name is ready and says so itself: `since`, in milliseconds since the epoch, tells what its
 * kubelet said from what an earlier one did.
 */
export function nodeIsReady(
  client: Client,
  { name, since }: { readonly name: string; readonly since: number },
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<void> {
  return waitUntil(client, signal, tell, (informers, changed) => {
    const { cache } = watching(informers, changed)
    return () => {
      const node = cache.get(name)
      if (!node) return { reached: false, text: `waiting for node ${name} to register` }
      const condition = node.status.conditions?.find(({ type }) => type === 'Ready')
      const fresh = isSince(condition?.lastHeartbeatTime, since)
      if (!fresh) return { reached: false, text: `waiting for the kubelet of node ${name}` }
      return { reached: nodeReady(node), text: `node ${name} is registered: ${condition?.message ?? ''}` }
    }
  })
}

/** Whether a time, kept in whole seconds, is not before `since`. */
export const isSince = (time: string | undefined, since: number): boolean =>
  time !== undefined && parseTime(time) >= Math.floor(since / 1000) * 1000

/** Waits until so many nodes are ready. */
export function nodesAreReady(
  client: Client,
  count: number,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<void> {
  return waitUntil(client, signal, tell, (informers, changed) => {
    const { cache } = watching(informers, changed)
    return () => {
      const ready = cache.list().filter(nodeReady).length
      return { reached: ready >= count, text: `${ready} of ${count} nodes are ready` }
    }
  })
}

function watching(informers: Informers, changed: () => void) {
  const informer = informers.of(nodes)
  informer.on({ added: changed, changed, removed: changed })
  return informer
}
