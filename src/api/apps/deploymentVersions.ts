import { fields, int32, object, one, root } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import type { PodTemplateSpec } from '../core/podTemplate.ts'
import type { ObjectMeta } from '../meta/objectMeta.ts'
import type { LabelSelector } from '../meta/selectors.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { DeploymentRollbackV1beta1, ExtensionsDeploymentRollback, rollbackOf } from './deploymentRollback.ts'
import { type Deployment, type DeploymentStrategy, deployment, deploymentSpec } from './deploymentType.ts'
import { askedRevision, RollbackConfig, rollbackAnnotation } from './rollbackConfig.ts'
import { templateDefaults } from './template.ts'

/**
 * Versions of Deployment that upstream stopped serving in v1.16. They differ in defaults, and the first two can ask for a
 * rollback in the spec; the storage version keeps that as an annotation.
 */

const never = 2 ** 31 - 1

const { progressDeadlineSeconds: _, revisionHistoryLimit: __, ...sharedSpec } = deploymentSpec

const specOf = (history: number, deadline: number) =>
  fields({
    ...sharedSpec,
    /** How many old ReplicaSets are kept to go back to. */
    revisionHistoryLimit: int32(6, { pointer: true, default: history }),
    /** Goes back to an earlier revision; empty once that is done. */
    rollbackTo: one(8, RollbackConfig, { pointer: true }),
    /** Seconds without progress after which an update is reported as failed. */
    progressDeadlineSeconds: int32(9, { pointer: true, default: deadline }),
  })

type BetaSpec = Shape<ReturnType<typeof specOf>>

/** A Deployment of extensions/v1beta1 or apps/v1beta1. */
export interface BetaDeployment extends RootShape<Omit<typeof deployment, 'spec'>> {
  spec: BetaSpec
}

const betaType = (name: string, history: number, deadline: number): Type<BetaDeployment> =>
  root(`io.k8s.api.${name}.Deployment`, {
    ...deployment,
    spec: one(2, object<BetaSpec>(`io.k8s.api.${name}.DeploymentSpec`, specOf(history, deadline)), { always: true }),
  })

export const ExtensionsDeployment = betaType('extensions.v1beta1', never, never)
export const DeploymentV1beta1 = betaType('apps.v1beta1', 2, 600)
export const DeploymentV1beta2: Type<Deployment> = root('io.k8s.api.apps.v1beta2.Deployment', deployment)

/** What a rolling update may take away or add when the manifest says nothing. */
export function rollingDefaults(strategy: DeploymentStrategy, count: number | string): void {
  if (strategy.type !== 'RollingUpdate') return
  strategy.rollingUpdate ??= {}
  strategy.rollingUpdate.maxUnavailable ??= count
  strategy.rollingUpdate.maxSurge ??= count
}

interface Labelled {
  metadata: ObjectMeta
  spec: { selector?: LabelSelector; template: PodTemplateSpec }
}

/** Old versions take the selector and the labels from the template, whose own defaults are filled in too. */
export function labelDefaults({ metadata, spec }: Labelled): void {
  templateDefaults(spec.template)
  const { labels } = spec.template.metadata
  if (!labels) return
  spec.selector ??= { matchLabels: { ...labels } }
  if (!Object.keys(metadata.labels ?? {}).length) metadata.labels = { ...labels }
}

function up(old: BetaDeployment): Deployment {
  const { rollbackTo, ...spec } = old.spec
  const metadata = rollbackTo
    ? {
        ...old.metadata,
        annotations: { ...old.metadata.annotations, [rollbackAnnotation]: String(rollbackTo.revision ?? 0) },
      }
    : old.metadata
  return { ...old, apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }
}

const down =
  (apiVersion: string) =>
  (stored: Deployment): BetaDeployment => {
    const { [rollbackAnnotation]: _, ...annotations } = stored.metadata.annotations ?? {}
    const base = { ...stored, apiVersion, kind: 'Deployment' }
    const to = askedRevision(stored.metadata.annotations)
    if (to === undefined) return base
    const { annotations: __, ...metadata } = stored.metadata
    return {
      ...base,
      metadata: Object.keys(annotations).length ? { ...metadata, annotations } : metadata,
      spec: { ...stored.spec, rollbackTo: to === 0 ? {} : { revision: to } },
    }
  }

const deprecation = (version: string, since: string) => removedVersion(version, 'Deployment', since, '1.16', 'apps/v1')

export const deploymentVersions: readonly ServedVersion<Deployment>[] = [
  renamedVersion('apps/v1beta2', 'apps/v1', DeploymentV1beta2, {
    defaults({ spec }: Deployment) {
      templateDefaults(spec.template)
      rollingDefaults(spec.strategy, '25%')
    },
    deprecation: deprecation('apps/v1beta2', '1.9'),
  }),
  {
    group: 'apps',
    version: 'v1beta1',
    type: DeploymentV1beta1,
    up: old => up(old as BetaDeployment),
    down: down('apps/v1beta1'),
    defaults(old: BetaDeployment) {
      labelDefaults(old)
      rollingDefaults(old.spec.strategy, '25%')
    },
    deprecation: deprecation('apps/v1beta1', '1.8'),
    subresources: rollbackOf(DeploymentRollbackV1beta1),
  },
  {
    group: 'extensions',
    version: 'v1beta1',
    type: ExtensionsDeployment,
    up: old => up(old as BetaDeployment),
    down: down('extensions/v1beta1'),
    defaults(old: BetaDeployment) {
      labelDefaults(old)
      rollingDefaults(old.spec.strategy, 1)
    },
    deprecation: deprecation('extensions/v1beta1', '1.8'),
    subresources: rollbackOf(ExtensionsDeploymentRollback),
  },
]
