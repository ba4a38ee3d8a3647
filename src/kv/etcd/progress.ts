import { type Clock, sleep } from '../../base/clock.ts'
import { prefixEnd } from '../contract.ts'
import type { Members } from './members.ts'
import { methods } from './methods.ts'
import type { Names } from './names.ts'

/**
 * Whether a member of this version tells, when asked, truly how far a watch has come. Older ones may name a revision
 * whose events are still on their way (etcd issue 15220); upstream trusts the same versions.
 */
export function tellsProgress(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number)
  if (major !== 3) return major > 3
  return minor > 5 || (minor === 5 && patch >= 13) || (minor === 4 && patch >= 31)
}

/** Finds out how far a watch has come where etcd cannot be asked. */
export interface Progress {
  /**
   * A revision up to which nothing happened under a prefix after `seen`; undefined when something did, or it is not
   * known. Those who ask the same at the same time share an answer.
   */
  find(prefix: string, seen: number): Promise<number | undefined>
}

/**
 * Looks at the keys themselves: when there are as many as there were, and none of them is newer, nothing happened. A
 * key made and deleted again in between is missed, and misses nobody.
 */
export function createProgress(members: Members, names: Names): Progress {
  const asking = new Map<string, Promise<number | undefined>>()
  const ask = async (prefix: string, seen: number): Promise<number | undefined> => {
    const range = { key: names.toEtcd(prefix) || '\0', rangeEnd: names.toEtcd(prefixEnd(prefix)) }
    try {
      const { header, responses } = await members.attempt(methods.txn, {
        success: [
          { range: { ...range, countOnly: true, revision: seen } },
          { range: { ...range, keysOnly: true, minModRevision: seen + 1, limit: 1 } },
        ],
      })
      const [then, since] = responses
      if (!then?.range || !since?.range || since.range.kvs.length > 0) return undefined
      return since.range.count === then.range.count ? header.revision : undefined
    } catch {
      // Compacted, or no member answers: the stream says so itself, or tells later.
      return undefined
    }
  }
  return {
    find(prefix, seen) {
      // What is true after one revision need not be after another.
      const question = `${seen} ${prefix}`
      const underWay = asking.get(question)
      if (underWay) return underWay
      const answer = ask(prefix, seen).finally(() => asking.delete(question))
      asking.set(question, answer)
      return answer
    },
  }
}

/** Calls `act` now and then until the signal aborts. */
export async function nowAndThen(clock: Clock, every: number, signal: AbortSignal, act: () => void): Promise<void> {
  while (await sleep(clock, every, signal)) act()
}
