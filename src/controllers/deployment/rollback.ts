import type { Deployment } from '../../api/apps/deployment.ts'
import type { ReplicaSet } from '../../api/apps/replicaSet.ts'
import { askedRevision, rollbackAnnotation } from '../../api/apps/rollbackConfig.ts'
import { equal } from '../../schema/derive/equal.ts'
import { isCopied, revisionOf, withoutHash } from './sets.ts'

/** What going back comes to: the deployment without the request, and what is told of it. */
export interface Rollback {
  readonly deployment: Deployment
  readonly event: readonly [type: 'Normal' | 'Warning', reason: string, message: string]
}

/** Carries out the rollback that an old version of a Deployment asks for; `undefined`: it asks for none. Upstream's `rollback`. */
export function rollbackOf(deployment: Deployment, sets: readonly ReplicaSet[]): Rollback | undefined {
  const asked = askedRevision(deployment.metadata.annotations)
  if (asked === undefined) return undefined
  const { [rollbackAnnotation]: _, ...annotations } = deployment.metadata.annotations ?? {}
  const { name } = deployment.metadata
  const unchanged: Deployment = { ...deployment, metadata: { ...deployment.metadata, annotations } }
  const giveUp = (reason: string, message: string): Rollback => ({
    deployment: unchanged,
    event: ['Warning', `DeploymentRollback${reason}`, message],
  })
  const revision = asked || lastRevision(sets)
  if (revision === 0) return giveUp('RevisionNotFound', 'Unable to find last revision.')
  const target = sets.find(set => revisionOf(set) === revision)
  if (!target) return giveUp('RevisionNotFound', 'Unable to find the revision to rollback to.')
  const template = withoutHash(target.spec.template)
  if (equal(template, withoutHash(deployment.spec.template)))
    return giveUp(
      'TemplateUnchanged',
      `The rollback revision contains the same template as current deployment ${JSON.stringify(name)}`,
    )
  return {
    deployment: {
      ...unchanged,
      metadata: { ...unchanged.metadata, annotations: annotationsAfter(annotations, target) },
      spec: { ...deployment.spec, template },
    },
    event: ['Normal', 'DeploymentRollback', `Rolled back deployment ${JSON.stringify(name)} to revision ${revision}`],
  }
}

/** The revision before the newest; 0: there is none. */
const lastRevision = (sets: readonly ReplicaSet[]): number => sets.map(revisionOf).sort((a, b) => b - a)[1] ?? 0

/** Annotations go with the template: else the set would get those of the one that is left. */
function annotationsAfter(before: Readonly<Record<string, string>>, target: ReplicaSet): Record<string, string> {
  const own = Object.entries(before).filter(([name]) => !isCopied(name))
  const targets = Object.entries(target.metadata.annotations ?? {}).filter(([name]) => isCopied(name))
  return Object.fromEntries([...own, ...targets])
}
