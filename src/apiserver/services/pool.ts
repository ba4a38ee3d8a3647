import type { Clock } from '../../base/clock.ts'
import { integerBelow, type Random } from '../../base/random.ts'

/** Why a value can't be given. */
export type PoolProblem = 'allocated' | 'outside'

/** Hands out the numbers from 0 to `size - 1`. Which are taken is the stored objects' to say; what is on its way is kept here. */
export interface Pool {
  /** A free number, taken for `owner`; undefined when there is none. */
  next(owner: string): number | undefined
  /** Takes a number for `owner`; says why not. An owner may take what it has already. */
  take(value: number, owner: string): PoolProblem | undefined
  /** Keeps a number from being given to anybody for a while: another server has given it away. Gives a way to take that back. */
  block(value: number): () => void
  /** The owner's write is over, and it has the number no more. */
  release(value: number, owner: string): void
}

export interface PoolOptions {
  readonly size: number
  /** The first numbers are for those who ask for one by number: handed out last. */
  readonly reserved: number
  /** Whose a number is, by what is stored; undefined when nobody's. */
  owner(value: number): string | undefined
  /** How many numbers are taken, by what is stored. */
  taken(): number
  readonly clock: Clock
  readonly random: Random
}

/** How long a number is kept for a write under way, in milliseconds: until then it shows up in what is stored, or the write failed. */
const keep = 5000
/** An owner that no service is. */
const elsewhere = 'another server'

/** How many of a range's first numbers are kept for those who ask by number; upstream's `calculateRangeOffset`. */
export const reservedOf = (size: number, step: number, least: number, most: number): number =>
  size <= least ? 0 : Math.min(Math.max(least, Math.floor(size / step)), most)

export function createPool(options: PoolOptions): Pool {
  const { size, reserved, clock, random } = options
  const pending = new Map<number, { readonly owner: string; readonly until: number }>()

  const ownerOf = (value: number) => {
    const waiting = pending.get(value)
    if (waiting && waiting.until > clock.now()) return waiting.owner
    return options.owner(value)
  }
  const keepFor = (value: number, owner: string) => {
    for (const [other, { until }] of pending) if (until <= clock.now()) pending.delete(other)
    pending.set(value, { owner, until: clock.now() + keep })
    return value
  }
  /** Looks through a band once, from a random place on. */
  const search = (from: number, length: number, owner: string) => {
    const start = integerBelow(random, length)
    for (let i = 0; i < length; i++) {
      const value = from + ((start + i) % length)
      if (ownerOf(value) === undefined) return keepFor(value, owner)
    }
    return undefined
  }
  return {
    next(owner) {
      if (options.taken() >= size) return undefined
      return search(reserved, size - reserved, owner) ?? (reserved > 0 ? search(0, reserved, owner) : undefined)
    },
    take(value, owner) {
      if (value < 0 || value >= size) return 'outside'
      const has = ownerOf(value)
      if (has !== undefined && has !== owner) return 'allocated'
      keepFor(value, owner)
      return undefined
    },
    block(value) {
      keepFor(value, elsewhere)
      return () => void pending.delete(value)
    },
    release(value, owner) {
      if (pending.get(value)?.owner === owner) pending.delete(value)
    },
  }
}
