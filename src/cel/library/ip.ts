import { type Address, formatIP, isMapped, parseIP, specialUse } from '../../base/ip.ts'
import { fn, type Library, method } from '../check/environment.ts'
import { bool, int, opaque, string } from '../types.ts'
import { CelError, Opaque, type Value } from '../values/value.ts'

export const ipType = opaque('net.IP')

/** An address. Its size is that of its bytes. */
export class IPValue extends Opaque {
  readonly type = ipType
  readonly address: Address
  constructor(address: Address) {
    super()
    this.address = address
  }
  override get size(): number {
    return this.address.family === 4 ? 4 : 16
  }
  equals(other: Opaque): boolean {
    return (
      other instanceof IPValue &&
      other.address.family === this.address.family &&
      other.address.bits === this.address.bits
    )
  }
}

/** The address in a text, or what is wrong with it. */
function read(text: string): Address | string {
  const zone = text.indexOf('%')
  const address = parseIP(zone < 0 ? text : text.slice(0, zone))
  const quoted = JSON.stringify(text)
  if (!address)
    return `IP Address ${quoted} parse error during conversion from string: ParseAddr(${quoted}): unable to parse IP`
  if (zone >= 0) return `IP address ${quoted} with zone value is not allowed`
  if (isMapped(address)) return `IPv4-mapped IPv6 address ${quoted} is not allowed`
  return address
}

/** The address in a text. Throws a CelError when there is none. */
export function toIP(text: Value): IPValue {
  const address = read(text as string)
  if (typeof address === 'string') throw new CelError(address)
  return new IPValue(address)
}

type Use = ReturnType<typeof specialUse>
const use =
  (...wanted: Use[]) =>
  (value: Value): boolean =>
    wanted.includes(specialUse((value as IPValue).address))

/** Not for one link or host, not for many, and not IPv4's broadcast. */
function isGlobalUnicast(value: Value): boolean {
  const { address } = value as IPValue
  return specialUse(address) === undefined && !(address.family === 4 && address.bits === 0xffff_ffffn)
}

/** Kubernetes' IP addresses. */
export const ips: Library = {
  types: { 'net.IP': ipType },
  functions: {
    ip: [fn('string_to_ip', [string], ipType, toIP)],
    family: [method('ip_family', [ipType], int, value => BigInt((value as IPValue).address.family))],
    'ip.isCanonical': [fn('ip_is_canonical', [string], bool, text => formatIP(toIP(text).address) === text)],
    isUnspecified: [method('ip_is_unspecified', [ipType], bool, use('unspecified'))],
    isLoopback: [method('ip_is_loopback', [ipType], bool, use('loopback'))],
    isLinkLocalMulticast: [method('ip_is_link_local_multicast', [ipType], bool, use('link-local multicast'))],
    isLinkLocalUnicast: [method('ip_is_link_local_unicast', [ipType], bool, use('link-local'))],
    isGlobalUnicast: [method('ip_is_global_unicast', [ipType], bool, isGlobalUnicast)],
    isIP: [fn('is_ip', [string], bool, text => typeof read(text as string) !== 'string')],
    string: [fn('ip_to_string', [ipType], string, value => formatIP((value as IPValue).address))],
  },
}
