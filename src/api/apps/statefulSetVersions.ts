import { fields, int64, object, one, root } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { labelDefaults } from './deploymentVersions.ts'
import { type StatefulSet, statefulSet, statefulSetSpec, statefulSetStatus } from './statefulSetType.ts'
import { templateDefaults } from './template.ts'

/** Defaults that all versions share. Edits in place. */
function sharedDefaults({ spec }: Pick<StatefulSet, 'spec'>): void {
  const { rollingUpdate, type } = spec.updateStrategy
  if (type === 'RollingUpdate' && rollingUpdate) rollingUpdate.partition ??= 0
  spec.persistentVolumeClaimRetentionPolicy ??= {}
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ??= 'Retain'
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ??= 'Retain'
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1'
    claim.kind = 'PersistentVolumeClaim'
    claim.status.phase ??= 'Pending'
  }
}

/** Defaults of the versions that choose RollingUpdate. Edits in place. */
export function statefulSetDefaults(set: StatefulSet): void {
  const { updateStrategy, template } = set.spec
  templateDefaults(template)
  if (!updateStrategy.type) {
    updateStrategy.type = 'RollingUpdate'
    updateStrategy.rollingUpdate ??= {}
  }
  sharedDefaults(set)
}

const betaSpec = fields({
  ...statefulSetSpec,
  /** Labels of the pods; the template's when absent. */
  selector: one(2, LabelSelector, { pointer: true }),
})
interface BetaSpec extends Shape<typeof betaSpec> {}
const betaStatus = fields({
  ...statefulSetStatus,
  /** Generation of the spec that this is about. */
  observedGeneration: int64(1, { pointer: true }),
})
interface BetaStatus extends Shape<typeof betaStatus> {}
interface BetaStatefulSet extends RootShape<Omit<typeof statefulSet, 'spec' | 'status'>> {
  spec: BetaSpec
  status: BetaStatus
}
export const StatefulSetV1beta1: Type<BetaStatefulSet> = root('io.k8s.api.apps.v1beta1.StatefulSet', {
  ...statefulSet,
  spec: one(2, object<BetaSpec>('io.k8s.api.apps.v1beta1.StatefulSetSpec', betaSpec), { always: true }),
  status: one(3, object<BetaStatus>('io.k8s.api.apps.v1beta1.StatefulSetStatus', betaStatus), { always: true }),
})
export const StatefulSetV1beta2: Type<StatefulSet> = root('io.k8s.api.apps.v1beta2.StatefulSet', statefulSet)

function up(old: BetaStatefulSet): StatefulSet {
  const { observedGeneration, ...status } = old.status
  return { ...old, apiVersion: 'apps/v1', status: observedGeneration ? { ...status, observedGeneration } : status }
}

const deprecation = (version: string, since: string) => removedVersion(version, 'StatefulSet', since, '1.16', 'apps/v1')

export const statefulSetVersions: readonly ServedVersion<StatefulSet>[] = [
  renamedVersion('apps/v1beta2', 'apps/v1', StatefulSetV1beta2, {
    defaults: statefulSetDefaults,
    deprecation: deprecation('apps/v1beta2', '1.9'),
  }),
  {
    group: 'apps',
    version: 'v1beta1',
    type: StatefulSetV1beta1,
    up: old => up(old as BetaStatefulSet),
    down: ({ status: { observedGeneration = 0, ...status }, ...stored }) => ({
      ...stored,
      apiVersion: 'apps/v1beta1',
      status: { ...status, observedGeneration },
    }),
    defaults(old: BetaStatefulSet) {
      labelDefaults(old)
      old.spec.updateStrategy.type ??= 'OnDelete'
      sharedDefaults(old)
    },
    deprecation: deprecation('apps/v1beta1', '1.8'),
  },
]
