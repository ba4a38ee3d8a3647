/** An IP address: its family and its bits as one number. Two addresses are the same when both fields are. */
export interface Address {
  readonly family: 4 | 6
  readonly bits: bigint
}

const total = { 4: 32, 6: 128 } as const

/**
 * Reads an address as strictly as Go's `netip.ParseAddr`: four decimal numbers without leading zeros, or IPv6
 * in any of its spellings (an IPv4 tail too, a zone not). Undefined when the text is no address.
 */
export function parseIP(text: string): Address | undefined {
  return text.includes(':') ? parse6(text) : parse4(text, false)
}

/** As `parseIP`, but leading zeros in IPv4 are read as decimal: what old stored objects may hold. */
export function parseLegacyIP(text: string): Address | undefined {
  return text.includes(':') ? parse6(text, true) : parse4(text, true)
}

function parse4(text: string, zeros: boolean): Address | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let bits = 0n
  for (const part of parts) {
    if (!(zeros ? /^[0-9]{1,3}$/ : /^(0|[1-9][0-9]{0,2})$/).test(part) || Number(part) > 255) return undefined
    bits = (bits << 8n) | BigInt(part)
  }
  return { family: 4, bits }
}

function parse6(text: string, zeros = false): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const front = groups(halves[0] ?? '', halves.length === 1, zeros)
  const back = halves.length === 2 ? groups(halves[1] ?? '', true, zeros) : []
  if (!front || !back) return undefined
  const missing = 8 - front.length - back.length
  // "::" stands for at least one group, and without it all eight must be there.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  let bits = 0n
  for (const group of [...front, ...Array<number>(missing).fill(0), ...back]) bits = (bits << 16n) | BigInt(group)
  return { family: 6, bits }
}

/** The 16-bit groups of one side of "::"; an IPv4 tail counts as two and may only stand last. */
function groups(text: string, last: boolean, zeros: boolean): number[] | undefined {
  if (text === '') return []
  const result: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const tail = last && i === parts.length - 1 ? parse4(part, zeros) : undefined
      if (!tail) return undefined
      result.push(Number(tail.bits >> 16n), Number(tail.bits & 0xffffn))
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined
      result.push(Number.parseInt(part, 16))
    }
  }
  return result
}

/** The one canonical spelling: dotted decimal, or RFC 5952 (lower case, the longest run of zeros as "::"). */
export function formatIP(address: Address): string {
  if (address.family === 4) return dotted(address.bits)
  if (isMapped(address)) return `::ffff:${dotted(address.bits & 0xffff_ffffn)}`
  const groups: number[] = []
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((address.bits >> shift) & 0xffffn))
  const { from, length } = longestZeros(groups)
  const hex = (list: number[]) => list.map(group => group.toString(16)).join(':')
  if (length < 2) return hex(groups)
  return `${hex(groups.slice(0, from))}::${hex(groups.slice(from + length))}`
}

function dotted(bits: bigint): string {
  const number = Number(bits)
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.')
}

function longestZeros(groups: number[]): { from: number; length: number } {
  let best = { from: 0, length: 0 }
  for (let from = 0; from < groups.length; from++) {
    let length = 0
    while (groups[from + length] === 0) length++
    if (length > best.length) best = { from, length }
    from += length
  }
  return best
}

/** The canonical spelling of an address given as text; undefined when it is none. */
export function canonicalIP(text: string): string | undefined {
  const address = parseIP(text)
  return address && formatIP(address)
}

/** Whether an IPv6 address carries an IPv4 one (`::ffff:a.b.c.d`). */
export function isMapped(address: Address): boolean {
  return address.family === 6 && address.bits >> 32n === 0xffffn
}

/** The IPv4 address inside a mapped one; any other address as it is. */
export function unmapped(address: Address): Address {
  return isMapped(address) ? { family: 4, bits: address.bits & 0xffff_ffffn } : address
}

/** Four or sixteen bytes, most significant first. */
export function addressBytes(address: Address): Uint8Array {
  const bytes = new Uint8Array(total[address.family] / 8)
  let bits = address.bits
  for (let i = bytes.length - 1; i >= 0; i--, bits >>= 8n) bytes[i] = Number(bits & 0xffn)
  return bytes
}

/** The address of four or sixteen bytes; undefined for any other length. */
export function addressFromBytes(bytes: Uint8Array): Address | undefined {
  if (bytes.length !== 4 && bytes.length !== 16) return undefined
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  return { family: bytes.length === 4 ? 4 : 6, bits }
}

/** The address so many further on (back, when negative); undefined when that leaves the family's space. */
export function offsetIP(address: Address, offset: number | bigint): Address | undefined {
  const bits = address.bits + BigInt(offset)
  return bits < 0n || bits >> BigInt(total[address.family]) ? undefined : { family: address.family, bits }
}

/** Orders IPv4 before IPv6, then by number; for `sort`. */
export function compareIP(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family
  return a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : 0
}

/** What an address is reserved for, if anything; the first that fits, mapped addresses by the IPv4 inside. */
export function specialUse(
  address: Address,
): 'unspecified' | 'loopback' | 'link-local' | 'link-local multicast' | 'multicast' | undefined {
  const { family, bits } = unmapped(address)
  if (bits === 0n) return 'unspecified'
  if (family === 4) {
    if (bits >> 24n === 127n) return 'loopback'
    if (bits >> 16n === 0xa9fen) return 'link-local'
    if (bits >> 8n === 0xe00000n) return 'link-local multicast'
    return bits >> 28n === 0xen ? 'multicast' : undefined
  }
  if (bits === 1n) return 'loopback'
  if (bits >> 118n === 0xfe80n >> 6n) return 'link-local'
  if (bits >> 120n !== 0xffn) return undefined
  return ((bits >> 112n) & 0xfn) === 2n ? 'link-local multicast' : 'multicast'
}
