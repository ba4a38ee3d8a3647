import type { Pod } from '../../api/core/pod/pod.ts'
import { pods } from '../../api/core/pod/resource.ts'
import type { PodTemplateSpec } from '../../api/core/podTemplate.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { controllerReference } from '../../api/meta/owners.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Client } from '../../client/client.ts'
import type { EventRecorder } from '../../client/events.ts'

/** A pod of a template, controlled by `owner`, named after it, or beginning with `prefix`. */
export function podFrom(resource: Resource, owner: KubeObject, template: PodTemplateSpec, prefix?: string) {
  const { labels, annotations, finalizers } = template.metadata ?? {}
  return {
    metadata: {
      generateName: prefix ?? `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace ?? '',
      ownerReferences: [controllerReference(owner, resource)],
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
    },
    spec: template.spec,
  }
}

/** Creates a pod of a template and tells the owner's events of it. Refusals are told too, and thrown. */
export async function createPod(
  { client, events }: { client: Client; events: EventRecorder },
  resource: Resource,
  owner: KubeObject,
  template: PodTemplateSpec,
  prefix?: string,
): Promise<Pod> {
  try {
    const pod = await client.of(pods).create(podFrom(resource, owner, template, prefix) as never)
    events.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
    return pod
  } catch (error) {
    if (!namespaceIsGoing(error))
      events.record(owner, 'Warning', 'FailedCreate', `Error creating: ${(error as Error).message}`)
    throw error
  }
}

/** Whether a create was refused because the namespace is on its way out: no failure of the controller's. */
export const namespaceIsGoing = (error: unknown): boolean =>
  is(error, 'Forbidden') &&
  (error.body.details?.causes?.some(cause => cause.reason === 'NamespaceTerminating') ?? false)
