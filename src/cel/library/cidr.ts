import { formatIP, isMapped, parseIP } from '../../base/ip.ts'
import { fn, type Library, method } from '../check/environment.ts'
import { bool, int, opaque, string } from '../types.ts'
import { CelError, Opaque, type Value } from '../values/value.ts'
import { IPValue, ipType, toIP } from './ip.ts'

const cidrType = opaque('net.CIDR')

class CIDRValue extends Opaque {
  readonly type = cidrType
  readonly ip: IPValue
  readonly prefix: number
  constructor(ip: IPValue, prefix: number) {
    super()
    this.ip = ip
    this.prefix = prefix
  }
  override get size(): number {
    return Math.ceil(this.prefix / 8)
  }
  equals(other: Opaque): boolean {
    return other instanceof CIDRValue && other.prefix === this.prefix && other.ip.equals(this.ip)
  }
}

/** The network in a text, or what is wrong with it. */
function read(text: string): CIDRValue | string {
  const quoted = JSON.stringify(text)
  const wrong = (why: string): string =>
    `network address parse error during conversion from string: netip.ParsePrefix(${quoted}): ${why}`
  const slash = text.lastIndexOf('/')
  if (slash < 0) return wrong("no '/'")
  const address = parseIP(text.slice(0, slash))
  if (!address) return wrong(`ParseAddr(${JSON.stringify(text.slice(0, slash))}): unable to parse IP`)
  const length = text.slice(slash + 1)
  if (!/^(0|[1-9]\d*)$/.test(length)) return wrong(`bad bits after slash: ${JSON.stringify(length)}`)
  if (Number(length) > (address.family === 4 ? 32 : 128)) return wrong('prefix length out of range')
  if (isMapped(address)) return `IPv4-mapped IPv6 address ${quoted} is not allowed`
  return new CIDRValue(new IPValue(address), Number(length))
}

function toCIDR(text: Value): CIDRValue {
  const network = read(text as string)
  if (typeof network === 'string')
    throw new CelError(`network address parse error during conversion from string: ${network}`)
  return network
}

const host = ({ ip, prefix }: CIDRValue): bigint => BigInt((ip.address.family === 4 ? 32 : 128) - prefix)

function masked(value: CIDRValue): CIDRValue {
  const { family, bits } = value.ip.address
  return new CIDRValue(new IPValue({ family, bits: (bits >> host(value)) << host(value) }), value.prefix)
}

function containsIP(range: Value, other: Value): boolean {
  const network = range as CIDRValue
  const { address } = other as IPValue
  return (
    address.family === network.ip.address.family &&
    address.bits >> host(network) === network.ip.address.bits >> host(network)
  )
}

const containsCIDR = (range: Value, other: Value): boolean =>
  (range as CIDRValue).prefix <= (other as CIDRValue).prefix && containsIP(range, (other as CIDRValue).ip)

/** Kubernetes' networks. */
export const cidrs: Library = {
  types: { 'net.CIDR': cidrType },
  functions: {
    cidr: [fn('string_to_cidr', [string], cidrType, toCIDR)],
    containsIP: [
      method('cidr_contains_ip_string', [cidrType, string], bool, (range, text) => containsIP(range, toIP(text))),
      method('cidr_contains_ip_ip', [cidrType, ipType], bool, containsIP),
    ],
    containsCIDR: [
      method('cidr_contains_cidr_string', [cidrType, string], bool, (range, text) => containsCIDR(range, toCIDR(text))),
      method('cidr_contains_cidr', [cidrType, cidrType], bool, containsCIDR),
    ],
    ip: [method('cidr_ip', [cidrType], ipType, value => (value as CIDRValue).ip)],
    prefixLength: [method('cidr_prefix_length', [cidrType], int, value => BigInt((value as CIDRValue).prefix))],
    masked: [method('cidr_masked', [cidrType], cidrType, value => masked(value as CIDRValue))],
    isCIDR: [fn('is_cidr', [string], bool, text => typeof read(text as string) !== 'string')],
    string: [
      fn('cidr_to_string', [cidrType], string, value => {
        const { ip, prefix } = value as CIDRValue
        return `${formatIP(ip.address)}/${prefix}`
      }),
    ],
  },
}
