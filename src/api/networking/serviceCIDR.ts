import { formatCIDR, parseCIDR, parseLegacyCIDR } from '../../base/cidr.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { cidrRules } from '../core/addresses.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { statusApart, statusView } from '../views.ts'
import { ServiceCIDR, type ServiceCIDRSpec, ServiceCIDRV1beta1 } from './serviceCIDRType.ts'

export { ServiceCIDR, ServiceCIDRList } from './serviceCIDRType.ts'

const path = at('spec', 'cidrs')

/** Of upstream's `validateServiceCIDRSpec`. */
function specRules(spec: ServiceCIDRSpec): FieldError[] {
  const { cidrs = [] } = spec
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')]
  if (cidrs.length > 2) return [invalid(path, spec, 'may only hold up to 2 values')]
  const errors = cidrs.flatMap((cidr, index) => rangeRules(cidr, path.index(index)))
  const [first, second] = cidrs.map(cidr => parseLegacyCIDR(cidr)?.family)
  if (first !== undefined && first === second)
    errors.push(
      invalid(path, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'),
    )
  return errors
}

/** A range in its canonical form. */
function rangeRules(text: string, place: Path): FieldError[] {
  const errors = cidrRules(text, place)
  const cidr = parseCIDR(text)
  if (errors.length > 0 || !cidr || text === formatCIDR(cidr)) return errors
  return [invalid(place, text, `must be in canonical form (${JSON.stringify(formatCIDR(cidr))})`)]
}

/** A second family may be added, nothing else. */
function updateRules(now: ServiceCIDR, old: ServiceCIDR): readonly FieldError[] {
  const [after, before] = [now.spec.cidrs ?? [], old.spec.cidrs ?? []]
  if (before.length !== after.length && !(before.length === 1 && after.length === 2))
    return [invalid(path, after, 'field is immutable')]
  const changed = before.flatMap((cidr, index) =>
    after[index] === cidr ? [] : [invalid(path.index(index), after[index], 'field is immutable')],
  )
  return before.length === after.length ? changed : [...changed, ...specRules(now.spec)]
}

/** Ranges that services get their addresses from. */
export const serviceCIDRs = resource<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  namespaced: false,
  type: ServiceCIDR,
  generation: false,
  rules: ({ spec }, old) => (old ? [] : specRules(spec)),
  changes: statusApart<ServiceCIDR>(() => ({}), { updateRules }),
  versions: [
    renamedVersion('networking.k8s.io/v1beta1', 'networking.k8s.io/v1', ServiceCIDRV1beta1, {
      deprecation: removedVersion('networking.k8s.io/v1beta1', 'ServiceCIDR', '1.34', '1.37'),
    }),
  ],
  columns: [
    nameColumn,
    { name: 'CIDRs', type: 'string', description: 'The ranges.', cell: ({ spec }) => (spec.cidrs ?? []).join(',') },
    ageColumn,
  ],
  subresources: { status: statusView<ServiceCIDR>({ keepMetadata: true }) },
})
