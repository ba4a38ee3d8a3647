import { parseCIDR } from '../../base/cidr.ts'
import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { ServiceCIDR } from './serviceCIDRType.ts'

export { ServiceCIDR, ServiceCIDRList } from './serviceCIDRType.ts'

/** Of upstream's `validateServiceCIDRSpec`. */
function rules({ spec: { cidrs = [] } }: ServiceCIDR): readonly FieldError[] {
  const path = at('spec', 'cidrs')
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')]
  if (cidrs.length > 2) return [invalid(path, cidrs, 'may only hold up to 2 values')]
  const errors = cidrs.flatMap((cidr, index) =>
    parseCIDR(cidr)
      ? []
      : [invalid(path.index(index), cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')],
  )
  if (errors.length === 0 && cidrs.length === 2 && cidrs[0]?.includes(':') === cidrs[1]?.includes(':'))
    errors.push(
      invalid(path, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'),
    )
  return errors
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
  rules,
  changes: statusApart<ServiceCIDR>(() => ({}), {
    updateRules(now, old) {
      const [after, before] = [now.spec.cidrs ?? [], old.spec.cidrs ?? []]
      const path = at('spec', 'cidrs')
      // A second family may be added, nothing else.
      if (before.length === 1 && after.length === 2 && after[0] === before[0]) return []
      return equal(after, before) ? [] : [forbidden(path, 'field is immutable')]
    },
  }),
  columns: [
    nameColumn,
    { name: 'CIDRs', type: 'string', description: 'The ranges.', cell: ({ spec }) => (spec.cidrs ?? []).join(',') },
    ageColumn,
  ],
  subresources: { status: statusView<ServiceCIDR>({ keepMetadata: true }) },
})
