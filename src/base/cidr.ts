import { type Address, compareIP, formatIP, offsetIP, parseIP, parseLegacyIP } from './ip.ts'

/** A range of addresses that share their first `prefix` bits. `address` is the one written, host bits and all. */
export interface Cidr {
  readonly family: 4 | 6
  readonly address: Address
  /** The range's first address: `address` with its host bits cleared. */
  readonly network: Address
  readonly prefix: number
}

const width = (family: 4 | 6) => (family === 4 ? 32 : 128)

/** Reads `address/prefix`, the prefix in decimal without leading zeros. Undefined when the text is none. */
export function parseCIDR(text: string): Cidr | undefined {
  return parse(text, parseIP)
}

/** As `parseCIDR`, but leading zeros in IPv4 are read as decimal. */
export function parseLegacyCIDR(text: string): Cidr | undefined {
  return parse(text, parseLegacyIP)
}

function parse(text: string, read: (text: string) => Address | undefined): Cidr | undefined {
  const slash = text.indexOf('/')
  const length = text.slice(slash + 1)
  const address = slash < 0 ? undefined : read(text.slice(0, slash))
  if (!address || !/^(0|[1-9][0-9]{0,2})$/.test(length)) return undefined
  return cidrOf(address, Number(length))
}

/** The range of this length around an address; undefined when the prefix is longer than an address. */
export function cidrOf(address: Address, prefix: number): Cidr | undefined {
  const host = width(address.family) - prefix
  if (!Number.isInteger(prefix) || prefix < 0 || host < 0) return undefined
  const network = { family: address.family, bits: (address.bits >> BigInt(host)) << BigInt(host) }
  return { family: address.family, address, network, prefix }
}

/** The canonical spelling of the range: its first address and the prefix. */
export function formatCIDR(cidr: Cidr): string {
  return `${formatIP(cidr.network)}/${cidr.prefix}`
}

/** How many addresses the range has. */
export function cidrSize(cidr: Cidr): bigint {
  return 1n << BigInt(width(cidr.family) - cidr.prefix)
}

/** The range's last address (IPv4: the broadcast address of a subnet). */
export function lastIP(cidr: Cidr): Address {
  return { family: cidr.family, bits: cidr.network.bits + cidrSize(cidr) - 1n }
}

/** The range's address of this index: 0 is the first, -1 the last; undefined beyond the range. */
export function nthIP(cidr: Cidr, index: number | bigint): Address | undefined {
  const size = cidrSize(cidr)
  const wanted = BigInt(index) < 0n ? size + BigInt(index) : BigInt(index)
  return wanted < 0n || wanted >= size ? undefined : offsetIP(cidr.network, wanted)
}

/** The index of an address in the range, the inverse of `nthIP`; undefined when it is outside. */
export function indexOfIP(cidr: Cidr, address: Address): bigint | undefined {
  return containsIP(cidr, address) ? address.bits - cidr.network.bits : undefined
}

/** Whether the address is in the range; one of the other family never is. */
export function containsIP(cidr: Cidr, address: Address): boolean {
  const host = BigInt(width(cidr.family) - cidr.prefix)
  return cidr.family === address.family && cidr.network.bits >> host === address.bits >> host
}

/** Whether all of `inner` is in `outer`. */
export function containsCIDR(outer: Cidr, inner: Cidr): boolean {
  return outer.prefix <= inner.prefix && containsIP(outer, inner.network)
}

/** Whether the two ranges share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return containsCIDR(a, b) || containsCIDR(b, a)
}

/** The sub-range of this prefix and index, as a cluster range is cut up among nodes; undefined beyond the range. */
export function nthSubnet(cidr: Cidr, prefix: number, index: number | bigint): Cidr | undefined {
  if (prefix < cidr.prefix || prefix > width(cidr.family) || BigInt(index) < 0n) return undefined
  const step = 1n << BigInt(width(cidr.family) - prefix)
  const first = nthIP(cidr, BigInt(index) * step)
  return first && cidrOf(first, prefix)
}

/** Orders by first address, wider ranges first; for `sort`. */
export function compareCIDR(a: Cidr, b: Cidr): number {
  return compareIP(a.network, b.network) || a.prefix - b.prefix
}
