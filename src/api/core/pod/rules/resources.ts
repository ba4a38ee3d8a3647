import { duplicate, forbidden, invalid, notFound, notSupported, required } from '../../../../schema/rules/errors.ts'
import { dnsLabel, qualifiedName } from '../../../../schema/rules/names.ts'
import {
  compareQuantities,
  formatQuantity,
  intValue,
  milliValue,
  parseQuantity,
  quantityProblem,
} from '../../../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { ResourceClaim, ResourceRequirements } from '../../resourceRequirements.ts'
import { isPodLevelResource } from '../requests.ts'
import { wrong } from './names.ts'

const isHugePages = (name: string) => name.startsWith('hugepages-')
/** Whether a resource is one of Kubernetes itself. */
export const isNative = (name: string) => !name.includes('/') || name.includes('kubernetes.io/')
/** Whether more may be limited than is requested: what is counted in pieces is all or nothing. */
export const canOvercommit = (name: string) => isNative(name) && !isHugePages(name)
/** Whether a resource is one that devices stand behind. */
export const isExtended = (name: string) =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0

const counted = new Set([
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps'],
  ...['persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'],
])

/** An amount of a resource: not negative, and whole where the resource is counted. */
export function resourceAmountRules(name: string, amount: string, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (compareQuantities(amount, '0') < 0) errors.push(invalid(path, amount, 'must be greater than or equal to 0'))
  if ((counted.has(name) || isExtended(name)) && milliValue(amount) % 1000 !== 0)
    errors.push(invalid(path, amount, 'must be an integer'))
  return errors
}

const containerStandards = new Set(['cpu', 'memory', 'ephemeral-storage'])

/** The name of a resource that containers may ask for. */
export function containerResourceName(name: string, path: Path): FieldError[] {
  const errors = resourceName(name, path)
  if (!name.includes('/')) {
    if (!containerStandards.has(name) && !isHugePages(name))
      errors.push(invalid(path, name, 'must be a standard resource for containers'))
  } else if (!isNative(name) && !isExtended(name))
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"))
  return errors
}

function podResourceName(name: string, path: Path): FieldError[] {
  const errors = resourceName(name, path)
  if (errors.length === 0 && !isPodLevelResource(name))
    errors.push(notSupported(path, name, ['cpu', 'hugepages-', 'memory']))
  return errors
}

/** A qualified name, or one of the names without a prefix. */
export function resourceName(name: string, path: Path): FieldError[] {
  const errors = wrong(qualifiedName(name), path, name)
  if (
    errors.length === 0 &&
    !name.includes('/') &&
    !standards.has(name) &&
    !isHugePages(name.replace(/^requests\./, ''))
  )
    errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'))
  return errors
}

const standards = new Set([
  ...containerStandards,
  ...counted,
  ...['storage', 'requests.cpu', 'requests.memory', 'requests.storage', 'requests.ephemeral-storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
])

/** Huge pages come in whole pages: the name tells their size. */
function hugePagesRules(name: string, amount: string, path: Path): FieldError[] {
  const size = name.slice('hugepages-'.length)
  const bad = invalid(path, amount, `${amount} is not positive integer multiple of ${name}`)
  if (quantityProblem(size) !== undefined || compareQuantities(size, '0') <= 0 || milliValue(size) % 1000 !== 0)
    return [bad]
  return intValue(amount) % intValue(size) === 0 ? [] : [bad]
}

const text = (amount: string) => formatQuantity(parseQuantity(amount))

/**
 * Requests, limits and claims: known names, amounts that make sense, no request above its limit. `claims` are the
 * names of the pod's `resourceClaims`.
 */
export function resourceRules(
  { limits = {}, requests = {}, claims = [] }: ResourceRequirements,
  path: Path,
  claimNames: readonly string[] = [],
  level: 'container' | 'pod' = 'container',
): FieldError[] {
  const nameRules = level === 'pod' ? podResourceName : containerResourceName
  const errors: FieldError[] = []
  const check = (name: string, amount: string, here: Path) => {
    errors.push(...nameRules(name, here), ...resourceAmountRules(name, amount, here))
  }
  for (const [name, amount] of Object.entries(limits)) {
    const here = path.child('limits').key(name)
    check(name, amount, here)
    if (isHugePages(name)) errors.push(...hugePagesRules(name, amount, here))
  }
  for (const [name, amount] of Object.entries(requests)) {
    const here = path.child('requests').key(name)
    check(name, amount, here)
    const limit = limits[name]
    if (limit !== undefined) {
      const order = compareQuantities(amount, limit)
      if (order !== 0 && !canOvercommit(name))
        errors.push(invalid(path.child('requests'), text(amount), `must be equal to ${name} limit of ${text(limit)}`))
      else if (order > 0)
        errors.push(
          invalid(
            path.child('requests'),
            text(amount),
            `must be less than or equal to ${name} limit of ${text(limit)}`,
          ),
        )
    } else if (!canOvercommit(name))
      errors.push(required(path.child('limits'), 'Limit must be set for non overcommitable resources'))
    if (isHugePages(name)) errors.push(...hugePagesRules(name, amount, here))
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'))
    errors.push(forbidden(path, 'HugePages require cpu or memory'))
  return [...errors, ...claimRules(claims, claimNames, path.child('claims'))]
}

function claimRules(claims: readonly ResourceClaim[], known: readonly string[], path: Path): FieldError[] {
  const seen = new Set<string>()
  return claims.flatMap(({ name, request }, i) => {
    const here = path.index(i)
    if (!name) return [required(here)]
    const errors: FieldError[] = []
    const key = request ? `${name}/${request}` : name
    if (seen.has(name)) errors.push(duplicate(here, name))
    else {
      if (request) errors.push(...wrong(dnsLabel(request), here.child('request'), request))
      if (seen.has(key)) errors.push(duplicate(here, key))
      else if (!request && [...seen].some(other => other.startsWith(`${name}/`))) errors.push(duplicate(here, name))
      seen.add(key)
    }
    if (!known.includes(name)) {
      const names = known.length ? `: ${[...known].sort().join(', ')}` : ' which is empty'
      errors.push({ ...notFound(here, name), detail: `must be one of the names in pod.spec.resourceClaims${names}` })
    }
    return errors
  })
}
