import { backoffDelay } from '../../base/backoff.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import { isCode } from '../../net/grpc/error.ts'
import { CompactedError, type KeyValue, type WriteOptions, type WriteResult } from '../contract.ts'
import { checkKey } from '../keys.ts'
import type { Leases } from './leases.ts'
import { isPassing, type Members, patience, retry, tryTimeout } from './members.ts'
import { type Compare, compareTarget, type RequestOp, type TxnResponse } from './messages/kv.ts'
import { methods } from './methods.ts'
import type { Names } from './names.ts'
import type { Reads } from './reads.ts'

/** Writes: each one transaction, that compares and changes one key. */
export interface Writes {
  put(key: string, value: Uint8Array, options?: WriteOptions): Promise<WriteResult>
  delete(key: string, options?: { expect?: number }): Promise<WriteResult>
  /** Resolves when no write is under way. */
  idle(): Promise<void>
}

export interface WritesDeps {
  readonly members: Members
  readonly names: Names
  readonly reads: Reads
  readonly leases: Leases
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** States of a key that are looked at to find out whether a write went through. */
const mostLookedAt = 100

/** Nobody knows whether a write went through: no member answered in time. */
export class UncertainError extends Error {
  override name = 'UncertainError'
  constructor(key: string, cause: unknown) {
    super(`etcd did not say whether ${key} was written: read it before writing again`, { cause })
  }
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && Buffer.compare(a, b) === 0

export function createWrites({ members, names, reads, leases, clock, signal }: WritesDeps): Writes {
  /** The last write of a key under way: writes of one key are carried out in the order of the calls. */
  const last = new Map<string, Promise<unknown>>()
  const inOrder = <T>(key: string, write: () => Promise<T>): Promise<T> => {
    const before = last.get(key)
    const mine: Promise<T> = before ? before.then(write, write) : write()
    last.set(key, mine)
    const over = () => {
      if (last.get(key) === mine) last.delete(key)
    }
    mine.then(over, over)
    return mine
  }

  /** Tries until a member answers. `again`: an earlier try may have gone through. Throws what is no passing trouble. */
  const carryOut = async (
    key: string,
    transaction: () => Promise<{ compare: readonly Partial<Compare>[]; success: Partial<RequestOp>[] }>,
  ): Promise<{ readonly answer: TxnResponse; readonly again: boolean }> => {
    const until = clock.now() + patience
    let again = false
    for (let failures = 0; ; failures++) {
      const { compare, success } = await transaction()
      try {
        const failure = [{ range: { key: names.toEtcd(key) } }]
        return {
          answer: await members.attempt(methods.txn, { compare, success, failure }, tryTimeout(failures)),
          again,
        }
      } catch (error) {
        if (!isPassing(error)) throw error
        // Requests that are turned away at the door were not carried out; of all others nobody knows.
        again ||= !isCode(error, 'RESOURCE_EXHAUSTED') && !isCode(error, 'UNAUTHENTICATED')
        if (clock.now() >= until) throw new UncertainError(key, error)
        await sleep(clock, backoffDelay(retry, failures), signal)
      }
    }
  }
  const at = (key: string, expect: number | undefined): Partial<Compare>[] =>
    expect === undefined ? [] : [{ target: compareTarget.modRevision, key: names.toEtcd(key), modRevision: expect }]
  const found = (answer: TxnResponse): KeyValue | undefined => {
    const kv = answer.responses[0]?.range?.kvs[0]
    return kv && reads.item(kv)
  }
  /** The state before, as it was just before a write. */
  const before = async (key: string, revision: number) => (await reads.get(key, { revision: revision - 1 })).item

  /** The state that a write made, if it is the one that an earlier try made: looked for from the present back. */
  const landed = async (key: string, value: Uint8Array, expect: number, current: KeyValue | undefined) => {
    let state = current
    for (let looked = 0; state && state.modRevision > expect; looked++) {
      if (same(state.value, value)) return state
      if (looked === mostLookedAt) throw new UncertainError(key, undefined)
      try {
        state = await before(key, state.modRevision)
      } catch (cause) {
        throw cause instanceof CompactedError ? new UncertainError(key, cause) : cause
      }
    }
    return undefined
  }

  const put = async (
    key: string,
    value: Uint8Array,
    { expect, ttlSeconds = 0 }: WriteOptions,
  ): Promise<WriteResult> => {
    const name = names.toEtcd(key)
    for (;;) {
      let lease = 0
      let tried: { readonly answer: TxnResponse; readonly again: boolean }
      try {
        tried = await carryOut(key, async () => {
          lease = ttlSeconds > 0 ? await leases.lease(ttlSeconds) : 0
          return { compare: at(key, expect), success: [{ put: { key: name, value, lease, prevKv: true } }] }
        })
      } catch (error) {
        if (lease === 0 || !isCode(error, 'NOT_FOUND')) throw error
        // The lease ran out, or its cluster was restored without it.
        leases.forget(lease)
        continue
      }
      const { answer, again } = tried
      const { revision } = answer.header
      if (answer.succeeded) {
        const previous = answer.responses[0]?.put?.prevKv
        return { outcome: 'done', revision, previous: previous && reads.item(previous) }
      }
      const current = found(answer)
      const mine = again ? await landed(key, value, expect ?? 0, current) : undefined
      if (mine) return { outcome: 'done', revision: mine.modRevision, previous: await before(key, mine.modRevision) }
      return { outcome: 'conflict', revision, current }
    }
  }

  const remove = async (key: string, expect: number | undefined): Promise<WriteResult> => {
    const { answer, again } = await carryOut(key, async () => ({
      compare: at(key, expect),
      success: [{ delete: { key: names.toEtcd(key), prevKv: true } }],
    }))
    const { revision } = answer.header
    const deleted = answer.responses[0]?.delete
    if (deleted && deleted.deleted > 0) {
      const previous = deleted.prevKvs[0]
      return { outcome: 'done', revision, previous: previous && reads.item(previous) }
    }
    const current = found(answer)
    // What is gone after a try that may have gone through was deleted by it, or by somebody who wanted the same.
    if (again && !current) {
      return {
        outcome: 'done',
        revision,
        previous: expect ? (await reads.get(key, { revision: expect })).item : undefined,
      }
    }
    return { outcome: 'conflict', revision, current }
  }

  return {
    async put(key, value, options = {}) {
      checkKey(key)
      return inOrder(key, () => put(key, value, options))
    },
    delete: async (key, options) => inOrder(key, () => remove(key, options?.expect)),
    async idle() {
      while (last.size > 0) await Promise.allSettled(last.values())
    },
  }
}
