import { parseLegacyCIDR } from '../../../base/cidr.ts'
import { equal } from '../../../schema/derive/equal.ts'
import { duplicate, forbidden, internal, invalid, required } from '../../../schema/rules/errors.ts'
import { labelValue, qualifiedName } from '../../../schema/rules/names.ts'
import { at } from '../../../schema/rules/path.ts'
import type { FieldError, Path } from '../../../schema/types.ts'
import { cidrRules } from '../addresses.ts'
import { resourceAmountRules } from '../pod/rules/resources.ts'
import type { Node, Taint } from './node.ts'
import { sameTaint } from './taints.ts'

/** Taints have a name, an effect, and are unique by both. */
export function taintRules(taints: readonly Taint[], path: Path): FieldError[] {
  return taints.flatMap((taint, i) => {
    const here = path.index(i)
    const errors = qualifiedName(taint.key).map(detail => invalid(here.child('key'), taint.key, detail))
    const wrongValue = labelValue(taint.value ?? '')
    if (wrongValue.length) errors.push(invalid(here.child('value'), taint.value, wrongValue.join(';')))
    if (taints.slice(0, i).some(before => sameTaint(before, taint)))
      errors.push({ ...duplicate(here, taint), detail: 'taints must be unique by key and effect pair' })
    return errors
  })
}

const featureName = /^[A-Z][A-Za-z0-9]*(?:\/[A-Za-z][A-Za-z0-9]*)*$/
const longestFeature = 253

function declaredFeatureRules(features: readonly string[], path: Path): FieldError[] {
  return features.flatMap((feature, i) => {
    const here = path.index(i)
    const errors: FieldError[] = []
    const wrong = `invalid feature name ${JSON.stringify(feature)}: must `
    if (feature.length > longestFeature)
      errors.push(invalid(here, feature, `${wrong}be no more than ${longestFeature} characters`))
    else if (!featureName.test(feature))
      errors.push(
        invalid(
          here,
          feature,
          `${wrong}start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
        ),
      )
    const before = features[i - 1]
    if (before === feature) errors.push(duplicate(here, feature))
    else if (before !== undefined && before > feature)
      errors.push(invalid(here, feature, 'list must be sorted alphabetically'))
    return errors
  })
}

function podCidrRules(cidrs: readonly string[], path: Path): FieldError[] {
  const errors = cidrs.flatMap((cidr, i) => cidrRules(cidr, path.index(i)))
  if (cidrs.length < 2) return errors
  const families = cidrs.map(cidr => parseLegacyCIDR(cidr)?.address.family)
  const bad = families.indexOf(undefined)
  if (bad >= 0)
    errors.push(
      internal(
        path,
        `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${cidrs[bad]})`,
      ),
    )
  if (bad >= 0 || cidrs.length > 2 || new Set(families).size < 2)
    errors.push(invalid(path, cidrs, 'may specify no more than one CIDR for each IP family'))
  return errors
}

const resourceRules = ({ status }: Node): FieldError[] =>
  (['capacity', 'allocatable'] as const).flatMap(list =>
    Object.entries(status[list] ?? {}).flatMap(([name, amount]) =>
      resourceAmountRules(name, amount, at('status', list, name)),
    ),
  )

const declared = ({ status }: Node) =>
  declaredFeatureRules(status.declaredFeatures ?? [], at('status', 'declaredFeatures'))

/** Rules of a node. Of upstream's ValidateNode; taints are told under metadata there, so they are here. */
export function nodeRules(node: Node): readonly FieldError[] {
  const swap = node.status.nodeInfo.swap?.capacity
  const errors = [...taintRules(node.spec.taints ?? [], at('metadata', 'taints')), ...resourceRules(node)]
  if (swap !== undefined && swap <= 0)
    errors.push(invalid(at('metadata', 'nodeSwapStatus', 'capacity'), swap, 'must be greater than zero'))
  return [...errors, ...declared(node), ...podCidrRules(node.spec.podCIDRs ?? [], at('spec', 'podCIDRs'))]
}

/** Rules of a status: those of its amounts and features. */
export const nodeStatusRules = (node: Node): readonly FieldError[] => [...resourceRules(node), ...declared(node)]

const once = (field: string) => `node updates may not change ${field} except from "" to valid`

/** What an update may do. Of upstream's ValidateNodeUpdate. */
export function nodeUpdateRules(node: Node, old: Node): readonly FieldError[] {
  const errors: FieldError[] = []
  const addresses = node.status.addresses ?? []
  for (const [i, address] of addresses.entries())
    if (addresses.slice(0, i).some(before => before.type === address.type && before.address === address.address))
      errors.push(duplicate(at('status', 'addresses').index(i), address))
  if (old.spec.podCIDRs?.length && !equal(old.spec.podCIDRs, node.spec.podCIDRs))
    errors.push(forbidden(at('spec', 'podCIDRs'), once('podCIDR')))
  if (old.spec.providerID && old.spec.providerID !== node.spec.providerID)
    errors.push(forbidden(at('spec', 'providerID'), once('providerID')))
  const source = node.spec.configSource
  if (source && !source.configMap)
    errors.push(invalid(at('spec', 'configSource'), source, 'exactly one reference subfield must be non-nil'))
  if (source?.configMap)
    for (const name of ['namespace', 'name', 'kubeletConfigKey'] as const)
      if (!source.configMap[name]) errors.push(required(at('spec', 'configSource', 'configMap', name)))
  if ((node.spec.externalID ?? '') !== (old.spec.externalID ?? ''))
    errors.push(forbidden(at('spec', 'externalID'), 'may not be updated'))
  return errors
}
