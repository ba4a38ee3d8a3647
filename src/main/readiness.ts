import { nodeReady } from '../api/core/node/readiness.ts'
import { nodes } from '../api/index.ts'
import { systemClock } from '../base/clock.ts'
import { silent } from '../base/log.ts'
import type { Client } from '../client/client.ts'
import { createInformers, type Informers } from '../client/informer.ts'

/** What a person waits for: `text` says how far it is. */
export interface Reached {
  readonly reached: boolean
  readonly text: string
}

/**
 * Looks at the cluster's state at every change until `look` says that it is reached. Rejects, with what was seen last,
 * when the signal aborts.
 */
export async function waitUntil(
  client: Client,
  signal: AbortSignal,
  tell: (text: string) => void,
  watch: (informers: Informers, changed: () => void) => () => Reached,
): Promise<void> {
  const ending = new AbortController()
  const either = AbortSignal.any([signal, ending.signal])
  const informers = createInformers({ client, clock: systemClock, log: silent, signal: either })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let last = 'nothing was seen yet'
  try {
    signal.addEventListener('abort', () => reject(new Error(`${last}`, { cause: signal.reason })), { once: true })
    signal.throwIfAborted()
    let look: (() => Reached) | undefined
    const changed = () => {
      if (!look) return
      const { reached, text } = look()
      last = text
      if (reached) resolve()
      else tell(text)
    }
    look = watch(informers, changed)
    await Promise.race([informers.whenSynced(), promise])
    changed()
    await promise
  } finally {
    ending.abort()
    await informers.stopped
  }
}

/** Waits until the node of this name is ready. */
export function nodeIsReady(
  client: Client,
  name: string,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<void> {
  return waitUntil(client, signal, tell, (informers, changed) => {
    const { cache } = watching(informers, changed)
    return () => {
      const node = cache.get(name)
      if (!node) return { reached: false, text: `waiting for node ${name} to register` }
      const reason = node.status.conditions?.find(({ type }) => type === 'Ready')?.message
      return { reached: nodeReady(node), text: `node ${name} is registered${reason ? `: ${reason}` : ''}` }
    }
  })
}

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
