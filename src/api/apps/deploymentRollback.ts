import { fields, one, root, string, stringMap } from '../../schema/fields.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, RootShape, Type } from '../../schema/types.ts'
import { annotationRules } from '../meta/metadataRules.ts'
import type { ActionSubresource } from '../resource.ts'
import { RollbackConfig, RollbackConfigV1beta1 } from './rollbackConfig.ts'

const parts = (config: Type<RollbackConfig>) =>
  fields({
    /** Name of the Deployment. */
    name: string(1, { always: true }),
    /** Annotations that the Deployment gets with it. */
    updatedAnnotations: stringMap(2),
    /** Where to go back to. */
    rollbackTo: one(3, config, { always: true }),
  })
export interface DeploymentRollback extends RootShape<ReturnType<typeof parts>> {}

/** Asks a Deployment to go back to an earlier template: body of `deployments/rollback`. */
export const ExtensionsDeploymentRollback: Type<DeploymentRollback> = root(
  'io.k8s.api.extensions.v1beta1.DeploymentRollback',
  parts(RollbackConfig),
)
export const DeploymentRollbackV1beta1: Type<DeploymentRollback> = root(
  'io.k8s.api.apps.v1beta1.DeploymentRollback',
  parts(RollbackConfigV1beta1),
)

/** Upstream's ValidateDeploymentRollback. */
export function rollbackRules({ name, updatedAnnotations = {}, rollbackTo }: DeploymentRollback): FieldError[] {
  const errors = annotationRules(updatedAnnotations, at('updatedAnnotations'))
  if (!name) errors.push(required(at('name')))
  const { revision = 0 } = rollbackTo
  if (revision < 0) errors.push(invalid(at('rollback', 'version'), revision, 'must be greater than or equal to 0'))
  return errors
}

/** `rollback`, as only old versions have it. */
export const rollbackOf = (type: Type<DeploymentRollback>): Readonly<Record<string, ActionSubresource>> => ({
  rollback: { form: 'action', verbs: ['create'], kind: 'DeploymentRollback', type: type as Type<unknown> },
})
