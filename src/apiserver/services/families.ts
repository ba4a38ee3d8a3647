import type { Service } from '../../api/index.ts'
import { parseIP } from '../../base/ip.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import type { Family } from './ranges.ts'

const other: Readonly<Record<Family, Family>> = { IPv4: 'IPv6', IPv6: 'IPv4' }

export const familyOf = (address: string): Family => (parseIP(address)?.family === 6 ? 'IPv6' : 'IPv4')

/**
 * Fills in which families of addresses a service has, by what it says and what the cluster has; `configured` begins with
 * the primary one. Says what does not fit (`service/storage.Allocators.initIPFamilyFields`).
 */
export function settleFamilies(
  service: Service,
  old: Service | undefined,
  configured: readonly Family[],
): FieldError[] {
  const { spec } = service
  if (spec.type === 'ExternalName') return []
  const headless = spec.clusterIP === 'None'
  const selectorless = Object.keys(spec.selector ?? {}).length === 0
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (headless && selectorless ? 'RequireDualStack' : 'SingleStack')
  if (old) dropSecond(service, old)
  const errors = [...policyErrors(service), ...inferFamilies(service, configured)]
  if (errors.length > 0) return errors
  const families = (spec.ipFamilies ?? []) as Family[]
  const [primary = configured[0] ?? 'IPv4'] = families
  // Such a service only carries whatever addresses its maker writes into its slices.
  if (headless && selectorless) {
    spec.ipFamilies =
      families.length < 2 && spec.ipFamilyPolicy !== 'SingleStack'
        ? [primary, other[primary]]
        : [primary, ...families.slice(1)]
    return []
  }
  const missing = unconfigured(service, families, configured)
  if (missing.length > 0) return missing
  const wantsTwo = spec.ipFamilyPolicy !== 'SingleStack' && configured.length === 2 && families.length < 2
  spec.ipFamilies = wantsTwo ? [primary, other[primary]] : [primary, ...families.slice(1)]
  return []
}

/** To ask for a single stack is to give the second address back. */
function dropSecond({ spec }: Service, { spec: before }: Service): void {
  if (spec.ipFamilyPolicy !== 'SingleStack') return
  if (same(spec.clusterIPs, before.clusterIPs)) spec.clusterIPs = spec.clusterIPs?.slice(0, 1)
  if (same(spec.ipFamilies, before.ipFamilies)) spec.ipFamilies = spec.ipFamilies?.slice(0, 1)
}

const same = (a: readonly string[] = [], b: readonly string[] = []) => a.join() === b.join()

function policyErrors({ spec }: Service): FieldError[] {
  if (spec.ipFamilyPolicy !== 'SingleStack') return []
  const path = at('spec', 'ipFamilyPolicy')
  const words = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"
  return [
    ...(spec.clusterIPs?.length === 2
      ? [invalid(path, spec.ipFamilyPolicy, `${words} cluster IPs are specified`)]
      : []),
    ...(spec.ipFamilies?.length === 2
      ? [invalid(path, spec.ipFamilyPolicy, `${words} IP families are specified`)]
      : []),
  ]
}

/** Addresses that were asked for say their family. */
function inferFamilies({ spec }: Service, configured: readonly Family[]): FieldError[] {
  const errors: FieldError[] = []
  const families = [...(spec.ipFamilies ?? [])]
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None' || !parseIP(ip)) break
    if (i < families.length) continue
    const family = familyOf(ip)
    if (configured.includes(family)) families.push(family)
    else {
      const path = at('spec', 'clusterIPs').index(i)
      errors.push(invalid(path, spec.clusterIPs, `${family} is not configured on this cluster`))
    }
  }
  if (families.length > 0) spec.ipFamilies = families
  return errors
}

function unconfigured({ spec }: Service, families: readonly Family[], configured: readonly Family[]): FieldError[] {
  const errors: FieldError[] = []
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2) {
    const words = 'this cluster is not configured for dual-stack services'
    errors.push(invalid(at('spec', 'ipFamilyPolicy'), spec.ipFamilyPolicy, words))
  }
  for (const [i, family] of families.entries()) {
    if (configured.includes(family)) continue
    errors.push(invalid(at('spec', 'ipFamilies').index(i), family, 'not configured on this cluster'))
  }
  return errors
}
