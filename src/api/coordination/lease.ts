import { fields, int32, list, microTime, object, one, root, string } from '../../schema/fields.ts'
import { forbidden, invalid, notSupported } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path, RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'

const leaseSpec = fields({
  /** Who holds the lease; empty when nobody does. */
  holderIdentity: string(1, { pointer: true }),
  /** Seconds after the last renewal when others may take it. */
  leaseDurationSeconds: int32(2, { pointer: true }),
  /** When the holder took it. */
  acquireTime: microTime(3, { pointer: true }),
  /** When the holder last renewed it. */
  renewTime: microTime(4, { pointer: true }),
  /** How often it changed hands. */
  leaseTransitions: int32(5, { pointer: true }),
  /** How the next holder is chosen in coordinated elections. */
  strategy: string(6, { pointer: true }),
  /** Who should take it next. */
  preferredHolder: string(7, { pointer: true }),
})
export interface LeaseSpec extends Shape<typeof leaseSpec> {}
export const LeaseSpec: Type<LeaseSpec> = object('io.k8s.api.coordination.v1.LeaseSpec', leaseSpec)

const lease = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Who holds the lease, and since when. */
  spec: one(2, LeaseSpec, { always: true }),
})
export interface Lease extends RootShape<typeof lease> {}
export const Lease: Type<Lease> = root('io.k8s.api.coordination.v1.Lease', lease)

export const LeaseV1beta1: Type<Lease> = root('io.k8s.api.coordination.v1beta1.Lease', lease)

const leaseList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Lease, { always: true }),
})
export interface LeaseList extends RootShape<typeof leaseList> {}
export const LeaseList: Type<LeaseList> = root('io.k8s.api.coordination.v1.LeaseList', leaseList)

const spec = at('spec')

function rules({
  spec: { leaseDurationSeconds, leaseTransitions, strategy, preferredHolder },
}: Lease): readonly FieldError[] {
  const errors: FieldError[] = []
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
    errors.push(invalid(spec.child('leaseDurationSeconds'), leaseDurationSeconds, 'must be greater than 0'))
  if (leaseTransitions !== undefined && leaseTransitions < 0)
    errors.push(invalid(spec.child('leaseTransitions'), leaseTransitions, 'must be greater than or equal to 0'))
  if (strategy !== undefined) errors.push(...strategyRules(strategy, spec.child('strategy')))
  if (preferredHolder && !strategy)
    errors.push(forbidden(spec.child('preferredHolder'), 'may only be specified if `strategy` is defined'))
  return errors
}

/** Whoever behaves as the oldest version holds the lease. */
export const oldestEmulationVersion = 'OldestEmulationVersion'

/** A name of ours, or somebody's own under a domain. Upstream tells the field one level deeper than it is. */
export function strategyRules(strategy: string, path: Path): FieldError[] {
  const here = path.child('strategy')
  if (strategy.includes('/')) return qualifiedName(strategy).map(detail => invalid(here, strategy, detail))
  return strategy === oldestEmulationVersion ? [] : [notSupported(here, strategy, [oldestEmulationVersion])]
}

/** Who is in charge of something, for as long as it keeps renewing. */
export const leases = resource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  type: Lease,
  rules,
  columns: [
    nameColumn,
    { name: 'Holder', type: 'string', description: 'Who holds it.', cell: object => object.spec.holderIdentity ?? '' },
    ageColumn,
  ],
  createOnUpdate: true,
  conditionalUpdate: true,
  versions: [
    renamedVersion('coordination.k8s.io/v1beta1', 'coordination.k8s.io/v1', LeaseV1beta1, {
      deprecation: removedVersion('coordination.k8s.io/v1beta1', 'Lease', '1.19', '1.22', 'coordination.k8s.io/v1'),
    }),
  ],
})
