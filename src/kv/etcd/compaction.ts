import type { Members } from './members.ts'
import { compareTarget } from './messages/kv.ts'
import { methods } from './methods.ts'

/**
 * Who compacts, where several servers share an etcd: the protocol of upstream's `compact.go`, whatever the prefix of
 * their keys. One key counts the turns; who counts it up compacts to what the store stood at when the turn before was
 * taken, all others see that they were not the first and wait for the next.
 */
export interface Turns {
  /** Takes the turn if nobody did since the last call: then `compact` is called with `revision`. Says whether it was. */
  take(revision: number, compact: (revision: number) => Promise<void>): Promise<boolean>
}

const key = 'compact_rev_key'

export function createTurns(members: Members): Turns {
  /** The version of the key that was seen last. */
  let known = 0
  return {
    async take(revision, compact) {
      const { succeeded, responses } = await members.attempt(methods.txn, {
        compare: [{ target: compareTarget.version, key, version: known }],
        success: [{ put: { key, value: new TextEncoder().encode(String(revision)) } }],
        failure: [{ range: { key } }],
      })
      if (!succeeded) {
        known = responses[0]?.range?.kvs[0]?.version ?? 0
        return false
      }
      known++
      await compact(revision)
      return true
    },
  }
}
