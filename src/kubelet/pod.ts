import type { Container, Pod } from '../api/core/pod/pod.ts'

export type * from '../api/core/pod/pod.ts'
export { isSidecar } from '../api/core/pod/requests.ts'

/** Init containers first, in order, then the ordinary ones. */
export const allContainers = (pod: Pod): readonly Container[] => [
  ...(pod.spec.initContainers ?? []),
  ...pod.spec.containers,
]

/** `name_namespace(uid)`, as upstream writes a pod in messages. */
export const describePod = ({ metadata }: Pod): string => `${metadata.name}_${metadata.namespace}(${metadata.uid})`

/** `namespace/name`. */
export const podKey = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`
