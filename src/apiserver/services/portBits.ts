import { integerBelow, type Random } from '../../base/random.ts'
import { reservedOf } from './ranges.ts'

/** The ports of nodes that services can have. Inclusive; upstream's default is 30000-32767. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

export const sizeOf = ({ from, to }: PortRange): number => to - from + 1
export const rangeText = ({ from, to }: PortRange): string => `${from}-${to}`

/** Which ports of a range are taken. */
export interface PortBits {
  has(port: number): boolean
  /** Whether it was in the range, and free. */
  take(port: number): boolean
  free(port: number): void
  /** Takes any free one: first from beyond those kept for who asks by number. */
  next(random: Random): number | undefined
  readonly used: number
  taken(): number[]
  /** Brings back an earlier state. */
  restore(bytes: Uint8Array): void
  /** One number with a bit for each port, most significant byte first, without leading zeros: Go's `big.Int.Bytes`. */
  bytes(): Uint8Array
}

export function portBits(range: PortRange, bytes: Uint8Array = new Uint8Array()): PortBits {
  const size = sizeOf(range)
  const reserved = reservedOf(size, 32, 16, 128)
  const taken = new Set<number>()
  const restore = (from: Uint8Array) => {
    taken.clear()
    for (let i = 0; i < from.length; i++) {
      const byte = from[from.length - 1 - i] as number
      for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) taken.add(i * 8 + bit)
    }
  }
  restore(bytes)
  const search = (from: number, length: number, random: Random) => {
    if (length === 0) return undefined
    const start = integerBelow(random, length)
    for (let i = 0; i < length; i++) {
      const index = from + ((start + i) % length)
      if (!taken.has(index)) {
        taken.add(index)
        return range.from + index
      }
    }
    return undefined
  }
  return {
    has: port => taken.has(port - range.from),
    take(port) {
      if (port < range.from || port > range.to || taken.has(port - range.from)) return false
      taken.add(port - range.from)
      return true
    },
    free: port => void taken.delete(port - range.from),
    next(random) {
      if (taken.size >= size) return undefined
      return search(reserved, size - reserved, random) ?? search(0, reserved, random)
    },
    get used() {
      return taken.size
    },
    taken: () => [...taken].sort((a, b) => a - b).map(index => range.from + index),
    restore,
    bytes() {
      const highest = Math.max(-1, ...taken)
      const made = new Uint8Array(Math.floor(highest / 8) + 1)
      for (const index of taken) {
        const at = made.length - 1 - Math.floor(index / 8)
        made[at] = (made[at] as number) | (1 << (index % 8))
      }
      return made
    },
  }
}
