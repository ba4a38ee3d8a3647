import { type Cidr, cidrSize, formatCIDR, nthIP } from '../../base/cidr.ts'
import { formatIP } from '../../base/ip.ts'
import type { Random } from '../../base/random.ts'

/** How many of a range's first values are kept for those who ask by number; upstream's `calculateRangeOffset`. */
export const reservedOf = (size: number, step: number, least: number, most: number): number =>
  size <= least ? 0 : Math.min(Math.max(least, Math.floor(size / step)), most)

/** So many values of a range that follow each other. */
export interface Band {
  readonly from: bigint
  readonly length: bigint
}

/** A range of addresses that services can have, in the bands in which they are given to those who ask for any. */
export interface AddressRange {
  readonly cidr: Cidr
  /** In canonical form: people and metrics know it by this. */
  readonly text: string
  /** How many addresses there are to give. */
  readonly size: bigint
  readonly bands: readonly Band[]
}

/** The network's own address is nobody's, nor is IPv4's broadcast address. */
export function addressRange(cidr: Cidr): AddressRange {
  const whole = cidrSize(cidr)
  const size = whole - (cidr.family === 4 ? 2n : 1n)
  const reserved = BigInt(reservedOf(Number(whole), 16, 16, 256))
  const text = formatCIDR(cidr)
  if (size <= reserved) return { cidr, text, size: size < 0n ? 0n : size, bands: [] }
  return {
    ...{ cidr, text, size },
    bands: [
      { from: 1n + reserved, length: size - reserved },
      ...(reserved > 0n ? [{ from: 1n, length: reserved }] : []),
    ],
  }
}

/** All addresses of a band, once, from a random one on. */
export function* addressesIn({ cidr }: AddressRange, { from, length }: Band, random: Random): Generator<string> {
  const start = below(random, length)
  for (let i = 0n; i < length; i++) {
    const address = nthIP(cidr, from + ((start + i) % length))
    if (address) yield formatIP(address)
  }
}

const two32 = 0x1_0000_0000

/** A random number below this one, of up to 64 bits. */
function below(random: Random, bound: bigint): bigint {
  const high = BigInt(Math.floor(random() * two32))
  const low = BigInt(Math.floor(random() * two32))
  return bound <= 0x1_0000_0000n ? BigInt(Math.floor(random() * Number(bound))) : ((high << 32n) | low) % bound
}
