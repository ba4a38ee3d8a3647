import { type Cidr, formatCIDR, parseCIDR, parseLegacyCIDR } from '../../base/cidr.ts'
import { formatIP, isMapped, parseIP, parseLegacyIP, specialUse, unmapped } from '../../base/ip.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { legacyIPAddress } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'

/** An IP address. What stood among `old` values before is let through, however it was written. */
export function ipRules(value: string, path: Path, old: readonly string[] = []): FieldError[] {
  if (old.includes(value)) return []
  const wrong = legacyIPAddress(value)
  if (wrong.length) return wrong.map(detail => invalid(path, value, detail))
  const address = parseIP(value)
  if (!address) return [invalid(path, value, 'must not have leading 0s')]
  return isMapped(address) ? [invalid(path, value, 'must not be an IPv4-mapped IPv6 address')] : []
}

/** A network. What stood among `old` values before is let through. */
export function cidrRules(value: string, path: Path, old: readonly string[] = []): FieldError[] {
  if (old.includes(value)) return []
  if (!parseLegacyCIDR(value))
    return [invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
  const cidr = parseCIDR(value)
  if (!cidr) return [invalid(path, value, 'must not have leading 0s in IP or prefix length')]
  if (isMapped(cidr.address)) return [invalid(path, value, 'must not have an IPv4-mapped IPv6 address')]
  return cidr.address.bits === cidr.network.bits
    ? []
    : [invalid(path, value, 'must not have bits set beyond the prefix length')]
}

const special: Readonly<Record<string, string>> = {
  loopback: 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
  'link-local': 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  'link-local multicast': 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
}

/** An address that traffic can be sent to from other nodes. */
export function endpointIpRules(value: string, path: Path): FieldError[] {
  const address = parseLegacyIP(value)
  if (!address) return [invalid(path, value, 'must be a valid IP address')]
  const use = specialUse(address)
  if (use === 'unspecified') return [invalid(path, value, `may not be unspecified (${value})`)]
  const told = use && special[use]
  return told ? [invalid(path, value, told)] : []
}

/** Warnings about addresses that older servers read in other ways. */
export function ipWarnings(value: string, path: string): string[] {
  const address = parseLegacyIP(value)
  if (!address) return []
  const plain = formatIP(unmapped(address))
  if (!parseIP(value) || isMapped(address))
    return [`${path}: non-standard IP address ${JSON.stringify(value)} is invalid: use ${JSON.stringify(plain)}`]
  return address.family === 6 && plain !== value
    ? [
        `${path}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(plain)})`,
      ]
    : []
}

/** Warnings about networks that can be read in several ways. */
export function cidrWarnings(value: string, path: string): string[] {
  const cidr = parseLegacyCIDR(value)
  if (!cidr) return []
  const quoted = JSON.stringify(value)
  const warnings: string[] = []
  const plain = isMapped(cidr.address) ? plainMapped(cidr) : formatCIDR(cidr)
  if (cidr.address.bits !== cidr.network.bits) {
    const single = `${formatIP(unmapped(cidr.address))}/${cidr.family === 4 ? 32 : 128}`
    warnings.push(
      `${path}: CIDR value ${quoted} is ambiguous in this context (should be ${JSON.stringify(plain)} or ${JSON.stringify(single)}?)`,
    )
  }
  if (!parseCIDR(value) || isMapped(cidr.address))
    warnings.push(`${path}: non-standard CIDR value ${quoted} is invalid: use ${JSON.stringify(plain)}`)
  if (warnings.length === 0 && cidr.family === 6 && plain !== value)
    warnings.push(
      `${path}: IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format (${JSON.stringify(plain)})`,
    )
  return warnings
}

/** An IPv4 network that is written as IPv6. */
const plainMapped = ({ network, prefix }: Cidr): string => `${formatIP(unmapped(network))}/${Math.max(prefix - 96, 0)}`
