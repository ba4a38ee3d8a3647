import { fields, object, one, root, string } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { type RuntimeClass, runtimeClassFields } from './runtimeClassType.ts'

/** Versions of RuntimeClass that upstream stopped serving. The first of them kept everything in a spec. */

const stored = 'node.k8s.io/v1'

export const RuntimeClassV1beta1: Type<RuntimeClass> = root('io.k8s.api.node.v1beta1.RuntimeClass', runtimeClassFields)

const specFields = fields({
  /** Name of the runtime's configuration on the nodes. Never changes. */
  runtimeHandler: string(1, { always: true }),
  /** What pods of the class take beside their containers. */
  overhead: { ...runtimeClassFields.overhead, number: 2 },
  /** Where pods of the class can run. */
  scheduling: { ...runtimeClassFields.scheduling, number: 3 },
})
interface RuntimeClassSpec extends Shape<typeof specFields> {}
const RuntimeClassSpec: Type<RuntimeClassSpec> = object('io.k8s.api.node.v1alpha1.RuntimeClassSpec', specFields)

const { handler: _, overhead: __, scheduling: ___, ...sharedFields } = runtimeClassFields

interface RuntimeClassV1alpha1 extends KubeObject {
  spec: RuntimeClassSpec
}
export const RuntimeClassV1alpha1: Type<RuntimeClassV1alpha1> = root('io.k8s.api.node.v1alpha1.RuntimeClass', {
  ...sharedFields,
  /** What the class is. */
  spec: one(2, RuntimeClassSpec, { always: true }),
})

export const runtimeClassVersions: readonly ServedVersion<RuntimeClass>[] = [
  renamedVersion('node.k8s.io/v1beta1', stored, RuntimeClassV1beta1, {
    deprecation: removedVersion('node.k8s.io/v1beta1', 'RuntimeClass', '1.22', '1.25'),
  }),
  {
    group: 'node.k8s.io',
    version: 'v1alpha1',
    type: RuntimeClassV1alpha1,
    up(old) {
      const { spec, ...rest } = old as RuntimeClassV1alpha1
      const { runtimeHandler, ...more } = spec
      return { ...rest, apiVersion: stored, handler: runtimeHandler, ...more }
    },
    down({ metadata, handler, overhead, scheduling }): RuntimeClassV1alpha1 {
      return {
        apiVersion: 'node.k8s.io/v1alpha1',
        kind: 'RuntimeClass',
        metadata,
        spec: { runtimeHandler: handler, ...(overhead ? { overhead } : {}), ...(scheduling ? { scheduling } : {}) },
      }
    },
    deprecation: removedVersion('node.k8s.io/v1alpha1', 'RuntimeClass', '1.22', '1.25', stored),
  },
]
