import type { Clock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import type { Members } from './members.ts'
import { methods } from './methods.ts'

/**
 * TTLs are leases in etcd. A lease costs more than a key, so keys written within a short time share one, as upstream
 * has it: a key may live longer than it should by a twentieth of its TTL, a minute at most.
 */
export interface Leases {
  /** A lease for a key that is to live so long. */
  lease(ttlSeconds: number): Promise<number>
  /** A lease turned out to be gone: it is given to nobody any more. */
  forget(lease: number): void
}

interface Lease {
  readonly id: number
  readonly until: number
  left: number
}

const longestShared = 60
const keysPerLease = 1000

/** Ids are chosen here: those that etcd makes have 63 bits, more than a number holds. */
const newId = () => 1 + Math.floor(systemRandom() * (2 ** 52 - 1))

export function createLeases(members: Members, clock: Clock): Leases {
  const shared = new Map<number, Promise<Lease>>()

  const grant = async (ttlSeconds: number): Promise<Lease> => {
    const extra = Math.min(longestShared, Math.floor(ttlSeconds / 20))
    const from = clock.now()
    const id = newId()
    try {
      await members.repeat(methods.leaseGrant, { id, ttl: ttlSeconds + extra })
    } catch (error) {
      // An earlier try got through, and its answer did not.
      if (!(error as Error).message.includes('lease already exists')) throw error
    }
    return { id, until: from + extra * 1000, left: keysPerLease }
  }
  return {
    async lease(ttlSeconds) {
      const seconds = Math.ceil(ttlSeconds)
      for (;;) {
        const waiting = shared.get(seconds)
        const found = await waiting
        if (found && found.left > 0 && clock.now() < found.until) {
          found.left--
          return found.id
        }
        // Somebody else may have asked for a new one meanwhile.
        if (shared.get(seconds) !== waiting) continue
        const granted = grant(seconds)
        shared.set(seconds, granted)
        granted.catch(() => shared.delete(seconds))
        const made = await granted
        made.left--
        return made.id
      }
    },
    forget(lease) {
      for (const [seconds, promise] of shared) {
        void promise.then(
          found => {
            if (found.id === lease && shared.get(seconds) === promise) shared.delete(seconds)
          },
          () => {},
        )
      }
    },
  }
}
