import { fields, int64, object } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'

const rollbackConfig = fields({
  /** Revision to go back to; 0 is the one before the current. */
  revision: int64(1),
})
export interface RollbackConfig extends Shape<typeof rollbackConfig> {}
export const RollbackConfig: Type<RollbackConfig> = object(
  'io.k8s.api.extensions.v1beta1.RollbackConfig',
  rollbackConfig,
)
export const RollbackConfigV1beta1: Type<RollbackConfig> = object(
  'io.k8s.api.apps.v1beta1.RollbackConfig',
  rollbackConfig,
)

/** Annotation that keeps `rollbackTo` of a Deployment, under upstream's name. */
export const rollbackAnnotation = 'deprecated.deployment.rollback.to'

/** The revision that a Deployment is asked to go back to, if it is; 0 is the one before the current. */
export function askedRevision(annotations: Readonly<Record<string, string>> = {}): number | undefined {
  const text = annotations[rollbackAnnotation]
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
