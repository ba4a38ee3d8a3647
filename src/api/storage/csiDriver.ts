import { equal } from '../../schema/derive/equal.ts'
import { duplicate, invalid, notSupported } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { CSIDriver, type CSIDriverSpec, CSIDriverV1beta1, type TokenRequest } from './csiDriverType.ts'
import { beforeV1 } from './versions.ts'

export { CSIDriver, CSIDriverList } from './csiDriverType.ts'

function defaults({ spec }: CSIDriver): void {
  spec.attachRequired ??= true
  spec.podInfoOnMount ??= false
  spec.storageCapacity ??= false
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType'
  if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent']
  spec.requiresRepublish ??= false
  spec.seLinuxMount ??= false
}

/** Waiting for a driver on the node is behind a gate (VolumeLimitScaling), which is off. */
function dropGated(spec: CSIDriverSpec, old: CSIDriverSpec | undefined): void {
  if (old?.preventPodSchedulingIfMissing === undefined) delete spec.preventPodSchedulingIfMissing
}

const path = at('spec')
const fsGroupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType']
const lifecycleModes = ['Persistent', 'Ephemeral']

/** Of upstream's `ValidateCSIDriver`. */
function rules({ spec }: CSIDriver): readonly FieldError[] {
  const { fsGroupPolicy: policy, tokenRequests = [], nodeAllocatableUpdatePeriodSeconds: period } = spec
  const errors: FieldError[] = []
  if (policy !== undefined && !fsGroupPolicies.includes(policy))
    errors.push(notSupported(path.child('fsGroupPolicy'), policy, fsGroupPolicies))
  errors.push(...tokenRules(tokenRequests, path.child('tokenRequests')))
  for (const mode of spec.volumeLifecycleModes ?? [])
    if (!lifecycleModes.includes(mode))
      errors.push(notSupported(path.child('volumeLifecycleModes'), mode, lifecycleModes))
  if (period !== undefined && period < 10)
    errors.push(
      invalid(path.child('nodeAllocatableUpdatePeriodSeconds'), period, 'must be greater than or equal to 10 seconds'),
    )
  if (spec.serviceAccountTokenInSecrets !== undefined && tokenRequests.length === 0)
    errors.push(
      invalid(
        path.child('serviceAccountTokenInSecrets'),
        spec.serviceAccountTokenInSecrets,
        'serviceAccountTokenInSecrets is set but no tokenRequests are specified',
      ),
    )
  return errors
}

function tokenRules(requests: readonly TokenRequest[], tokens: Path): readonly FieldError[] {
  return requests.flatMap(({ audience, expirationSeconds: seconds }, index) => {
    const here = tokens.index(index)
    if (requests.findIndex(each => each.audience === audience) < index)
      return [duplicate(here.child('audience'), audience)]
    if (seconds === undefined) return []
    const life = here.child('expirationSeconds')
    if (seconds < 600) return [invalid(life, seconds, 'may not specify a duration less than 10 minutes')]
    return seconds > 2 ** 32 ? [invalid(life, seconds, 'may not specify a duration larger than 2^32 seconds')] : []
  })
}

const updateRules = ({ spec }: CSIDriver, { spec: old }: CSIDriver): readonly FieldError[] => [
  // Upstream tells the field under another name.
  ...(spec.attachRequired === old.attachRequired
    ? []
    : [invalid(path.child('attachedRequired'), spec.attachRequired, 'field is immutable')]),
  ...(equal(spec.volumeLifecycleModes, old.volumeLifecycleModes)
    ? []
    : [invalid(path.child('volumeLifecycleModes'), spec.volumeLifecycleModes, 'field is immutable')]),
]

const warnings = ({ spec }: CSIDriver, old: CSIDriver | undefined): string[] =>
  spec.tokenRequests?.length &&
  spec.serviceAccountTokenInSecrets === undefined &&
  !equal(spec.tokenRequests, old?.spec.tokenRequests)
    ? [
        'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
      ]
    : []

const yes = (name: string, description: string, cell: (object: CSIDriver) => boolean): Column<CSIDriver> => ({
  name,
  type: 'boolean',
  description,
  cell,
})
const text = (name: string, description: string, cell: (object: CSIDriver) => string): Column<CSIDriver> => ({
  name,
  type: 'string',
  description,
  cell,
})

/** What a storage driver can do. */
export const csiDrivers = resource<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  type: CSIDriver,
  generation: true,
  defaults,
  rules,
  conditionalUpdate: true,
  changes: {
    create: ({ spec }) => dropGated(spec, undefined),
    update: ({ spec }, old) => dropGated(spec, old.spec),
    updateRules,
    warnings,
  },
  versions: [beforeV1('v1beta1', 'CSIDriver', CSIDriverV1beta1, '1.19', '1.22')],
  columns: [
    nameColumn,
    yes('AttachRequired', 'Whether volumes are attached.', ({ spec }) => spec.attachRequired ?? true),
    yes('PodInfoOnMount', 'Whether it is told about pods.', ({ spec }) => spec.podInfoOnMount ?? false),
    yes('StorageCapacity', 'Whether it tells its capacity.', ({ spec }) => spec.storageCapacity ?? false),
    text(
      'TokenRequests',
      'Tokens it gets.',
      ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') || '<unset>',
    ),
    yes('RequiresRepublish', 'Whether mounts are renewed.', ({ spec }) => spec.requiresRepublish ?? false),
    text('Modes', 'Kinds of volume.', ({ spec }) => (spec.volumeLifecycleModes ?? []).join(',') || '<none>'),
    ageColumn,
  ],
})
