import { clusterIPRules } from '../../api/core/service/clusterIPRules.ts'
import { familyOf, type IPFamily, sameTexts } from '../../api/core/service/shape.ts'
import type { Service } from '../../api/index.ts'
import { parseIP } from '../../base/ip.ts'
import { invalid, notSupported } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'

const other: Readonly<Record<IPFamily, IPFamily>> = { IPv4: 'IPv6', IPv6: 'IPv4' }
const policyPath = at('spec', 'ipFamilyPolicy')
const policies = ['SingleStack', 'PreferDualStack', 'RequireDualStack']

/**
 * Fills in which families of addresses a service has, by what it says and what the cluster has; `configured` begins with
 * the primary one. Says what does not fit (`service/storage.Allocators.initIPFamilyFields`).
 */
export function settleFamilies(
  service: Service,
  old: Service | undefined,
  configured: readonly IPFamily[],
): readonly FieldError[] {
  const { spec } = service
  if (spec.type === 'ExternalName' || (old && prefersAsBefore(service, old))) return []
  const free = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (free ? 'RequireDualStack' : 'SingleStack')
  const wrong = [
    ...clusterIPRules(service, old),
    ...(policies.includes(spec.ipFamilyPolicy) ? [] : [notSupported(policyPath, spec.ipFamilyPolicy, policies)]),
  ]
  if (wrong.length > 0) return wrong
  const errors = [
    ...(old ? downgrade(service, old) : []),
    ...singleStackErrors(service),
    ...inferFamilies(service, configured),
  ]
  if (errors.length > 0) return errors
  // Such a service only carries whatever addresses its maker writes into its slices.
  const missing = free ? [] : unconfigured(service, configured)
  if (missing.length > 0) return missing
  const families = spec.ipFamilies?.length ? [...spec.ipFamilies] : [configured[0] ?? 'IPv4']
  const [primary] = families as [IPFamily]
  if (families.length < 2 && spec.ipFamilyPolicy !== 'SingleStack' && (free || configured.length === 2))
    families.push(other[primary])
  spec.ipFamilies = families
  return []
}

/**
 * A service that prefers two families stays as it is until somebody changes something about that: not when the cluster
 * gets or loses a family (`isMatchingPreferDualStackClusterIPFields`).
 */
export function prefersAsBefore({ spec }: Service, { spec: before }: Service): boolean {
  return (
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (before.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    spec.type === before.type &&
    spec.type !== 'ExternalName' &&
    sameTexts(spec.clusterIPs, before.clusterIPs) &&
    sameTexts(spec.ipFamilies, before.ipFamilies)
  )
}

/** To ask for a single stack is to give the second address back; to leave it out otherwise is an error. */
function downgrade({ spec }: Service, { spec: before }: Service): FieldError[] {
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (sameTexts(spec.clusterIPs, before.clusterIPs) && (spec.clusterIPs?.length ?? 0) > 1)
      spec.clusterIPs = spec.clusterIPs?.slice(0, 1)
    if (sameTexts(spec.ipFamilies, before.ipFamilies) && (spec.ipFamilies?.length ?? 0) > 1)
      spec.ipFamilies = spec.ipFamilies?.slice(0, 1)
    return []
  }
  const reduced = (now: readonly string[] = [], then: readonly string[] = []) =>
    now.length > 0 && now.length < then.length
  const must = (what: string) =>
    invalid(policyPath, spec.ipFamilyPolicy, `must be 'SingleStack' to release the ${what}`)
  return [
    ...(reduced(spec.clusterIPs, before.clusterIPs) ? [must('secondary cluster IP')] : []),
    ...(reduced(spec.ipFamilies, before.ipFamilies) ? [must('secondary IP family')] : []),
  ]
}

function singleStackErrors({ spec }: Service): FieldError[] {
  if (spec.ipFamilyPolicy !== 'SingleStack') return []
  const words = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"
  return [
    ...(spec.clusterIPs?.length === 2
      ? [invalid(policyPath, spec.ipFamilyPolicy, `${words} cluster IPs are specified`)]
      : []),
    ...(spec.ipFamilies?.length === 2
      ? [invalid(policyPath, spec.ipFamilyPolicy, `${words} IP families are specified`)]
      : []),
  ]
}

/** Addresses that were asked for say their family. */
function inferFamilies({ spec }: Service, configured: readonly IPFamily[]): FieldError[] {
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

function unconfigured({ spec }: Service, configured: readonly IPFamily[]): FieldError[] {
  const errors: FieldError[] = []
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2)
    errors.push(invalid(policyPath, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'))
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    if (configured.includes(family as IPFamily)) continue
    errors.push(invalid(at('spec', 'ipFamilies').index(i), family, 'not configured on this cluster'))
  }
  return errors
}
