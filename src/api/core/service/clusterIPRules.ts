import { duplicate, forbidden, invalid, notSupported, required } from '../../../schema/rules/errors.ts'
import { at } from '../../../schema/rules/path.ts'
import type { FieldError } from '../../../schema/types.ts'
import { ipRules } from '../addresses.ts'
import type { Service } from '../service.ts'
import { familyOf, isHeadless, needsHealthCheck } from './shape.ts'

const ips = at('spec', 'clusterIPs')
const families = at('spec', 'ipFamilies')
const policy = at('spec', 'ipFamilyPolicy')

/** How clusterIP, clusterIPs and ipFamilies belong together. */
export function clusterIPRules(service: Service, old: Service | undefined): FieldError[] {
  const { type, clusterIP, clusterIPs = [], ipFamilies = [] } = service.spec
  if (type === 'ExternalName') return []
  const errors: FieldError[] = []
  if (clusterIP) {
    if (clusterIPs.length === 0) errors.push(required(ips))
    else if (clusterIPs[0] !== clusterIP) errors.push(invalid(ips, clusterIPs, 'first value must match `clusterIP`'))
  } else if (clusterIPs.length) errors.push(invalid(ips, clusterIPs, 'must be empty when `clusterIP` is not specified'))
  for (const [i, family] of ipFamilies.entries()) {
    if (family !== 'IPv4' && family !== 'IPv6') errors.push(notSupported(families.index(i), family, ['IPv4', 'IPv6']))
    if (ipFamilies.indexOf(family) < i) errors.push(duplicate(families.index(i), family))
  }
  const wrong = clusterIPs.flatMap((ip, i) => {
    if (i > 0 || ip !== 'None') return ipRules(ip, ips.index(i), old?.spec.clusterIPs)
    return clusterIPs.length > 1 ? [invalid(ips, clusterIPs, "'None' must be the first and only value")] : []
  })
  errors.push(...wrong)
  if (clusterIPs.length > 2) errors.push(invalid(ips, clusterIPs, 'may only hold up to 2 values'))
  if (wrong.length || isHeadless(service)) return errors
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(familyOf)).size < 2)
    errors.push(invalid(ips, clusterIPs, 'may specify no more than one IP for each IP family'))
  for (const [i, ip] of clusterIPs.entries()) {
    const wanted = ipFamilies[i]
    if ((wanted === 'IPv4' || wanted === 'IPv6') && familyOf(ip) !== wanted)
      errors.push(invalid(ips.index(i), ip, `expected an ${wanted} value as indicated by \`ipFamilies[${i}]\``))
  }
  return errors
}

const fixed = 'may not change once set'

/** What an update may do to a Service: a second address may come and go, the first one stays. */
export const serviceUpdateRules = (service: Service, old: Service): readonly FieldError[] => {
  const errors = [...clusterIPUpdateRules(service, old), ...familyUpdateRules(service, old)]
  if (
    service.spec.type === 'LoadBalancer' &&
    old.spec.type === 'LoadBalancer' &&
    service.spec.loadBalancerClass !== old.spec.loadBalancerClass
  )
    errors.push(invalid(at('spec', 'loadBalancerClass'), service.spec.loadBalancerClass, fixed))
  if (
    needsHealthCheck(service) &&
    needsHealthCheck(old) &&
    service.spec.healthCheckNodePort !== old.spec.healthCheckNodePort
  )
    errors.push(forbidden(at('spec', 'healthCheckNodePort'), 'field is immutable'))
  return errors
}

const named = (service: Service, old: Service) =>
  service.spec.type === 'ExternalName' || old.spec.type === 'ExternalName'

function clusterIPUpdateRules(service: Service, old: Service): FieldError[] {
  if (named(service, old) || (isHeadless(service) && isHeadless(old))) return []
  const now = service.spec.clusterIPs ?? []
  const before = old.spec.clusterIPs ?? []
  if (now.length === before.length)
    return before.flatMap((ip, i) => (ip === now[i] ? [] : [invalid(ips.index(i), now, fixed)]))
  const errors: FieldError[] = []
  if (now.length === 0) errors.push(invalid(ips.index(0), now, 'primary clusterIP can not be unset'))
  else if (before.length > 0 && now[0] !== before[0]) errors.push(invalid(ips.index(0), now, fixed))
  if (before.length > now.length && now.length === 1 && service.spec.ipFamilyPolicy !== 'SingleStack')
    errors.push(
      invalid(
        policy,
        service.spec.ipFamilyPolicy,
        "must be set to 'SingleStack' when releasing the secondary clusterIP",
      ),
    )
  return errors
}

function familyUpdateRules(service: Service, old: Service): FieldError[] {
  if (named(service, old) || isHeadless(service) || isHeadless(old)) return []
  const now = service.spec.ipFamilies ?? []
  const before = old.spec.ipFamilies ?? []
  if (now.length === before.length)
    return before.flatMap((family, i) => (family === now[i] ? [] : [invalid(families.index(0), now, fixed)]))
  const errors: FieldError[] = []
  if (before.length > now.length && !service.spec.clusterIPs?.length)
    errors.push(invalid(families.index(0), now, 'primary ipFamily can not be unset'))
  if (now.length > 0 && before.length > 0 && now[0] !== before[0])
    errors.push(invalid(families.index(0), service.spec.clusterIPs, fixed))
  if (before.length > now.length && now.length === 1 && service.spec.ipFamilyPolicy !== 'SingleStack')
    errors.push(
      invalid(
        policy,
        service.spec.ipFamilyPolicy,
        "must be set to 'SingleStack' when releasing the secondary ipFamily",
      ),
    )
  return errors
}
