import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'

/** Whether something still keeps an object that is being deleted. */
export const held = (resource: Resource, object: KubeObject): boolean =>
  (object.metadata.finalizers?.length ?? 0) > 0 || (resource.deletion?.held(object) ?? false)
