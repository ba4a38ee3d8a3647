import { fnv1a32 } from '../../base/hash.ts'
import type { ContainerStatus as RuntimeStatus } from '../cri/runtime.ts'
import type { Container, Pod } from '../pod.ts'

/**
 * What the kubelet writes on sandboxes and containers, and knows them by after a restart: upstream's names
 * (`k8s.io/kubelet/pkg/types`, `kuberuntime/labels.go`), so that either can adopt what the other started.
 */
export const label = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
} as const

const annotation = {
  hash: 'io.kubernetes.container.hash',
  restartCount: 'io.kubernetes.container.restartCount',
  messagePath: 'io.kubernetes.container.terminationMessagePath',
  messagePolicy: 'io.kubernetes.container.terminationMessagePolicy',
  preStop: 'io.kubernetes.container.preStopHandler',
  ports: 'io.kubernetes.container.ports',
  podDeletionGrace: 'io.kubernetes.pod.deletionGracePeriod',
  podGrace: 'io.kubernetes.pod.terminationGracePeriod',
} as const

const podIdentity = ({ metadata }: Pod) => ({
  [label.podName]: metadata.name ?? '',
  [label.podNamespace]: metadata.namespace ?? '',
  [label.podUid]: metadata.uid ?? '',
})

export const sandboxLabels = (pod: Pod): Record<string, string> => ({ ...pod.metadata.labels, ...podIdentity(pod) })

export const containerLabels = (pod: Pod, container: Container): Record<string, string> => ({
  ...podIdentity(pod),
  [label.containerName]: container.name,
})

/** Tells whether a container must be made anew: only what can't be changed in place counts. */
export const containerHash = (container: Container): string =>
  fnv1a32(JSON.stringify({ name: container.name, image: container.image ?? '' })).toString(16)

export function containerAnnotations(pod: Pod, container: Container, restartCount: number): Record<string, string> {
  const { deletionGracePeriodSeconds } = pod.metadata
  const { terminationGracePeriodSeconds } = pod.spec
  const preStop = container.lifecycle?.preStop
  return {
    [annotation.hash]: containerHash(container),
    [annotation.restartCount]: String(restartCount),
    [annotation.messagePath]: container.terminationMessagePath ?? '',
    [annotation.messagePolicy]: container.terminationMessagePolicy ?? '',
    ...(deletionGracePeriodSeconds === undefined
      ? {}
      : { [annotation.podDeletionGrace]: String(deletionGracePeriodSeconds) }),
    ...(terminationGracePeriodSeconds === undefined
      ? {}
      : { [annotation.podGrace]: String(terminationGracePeriodSeconds) }),
    ...(preStop ? { [annotation.preStop]: JSON.stringify(preStop) } : {}),
    ...(container.ports?.length ? { [annotation.ports]: JSON.stringify(container.ports) } : {}),
  }
}

/** What a container's own labels and annotations say of it. */
export interface ContainerNotes {
  readonly name: string
  readonly podUid: string
  readonly hash: string
  readonly restartCount: number
  readonly messagePath: string
  readonly messagePolicy: string
}

export function readNotes({ labels, annotations }: Pick<RuntimeStatus, 'labels' | 'annotations'>): ContainerNotes {
  return {
    name: labels[label.containerName] ?? '',
    podUid: labels[label.podUid] ?? '',
    hash: annotations[annotation.hash] ?? '',
    restartCount: Number(annotations[annotation.restartCount] ?? 0) || 0,
    messagePath: annotations[annotation.messagePath] ?? '',
    messagePolicy: annotations[annotation.messagePolicy] ?? '',
  }
}

/** Enough of a pod to end one that the API no longer has: its identity and how its containers want to be ended. */
export function restorePod(
  labels: Readonly<Record<string, string>>,
  containers: readonly Pick<RuntimeStatus, 'labels' | 'annotations'>[],
): Pod {
  const grace = containers.map(each => each.annotations[annotation.podGrace]).find(value => value !== undefined)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: labels[label.podName] ?? '',
      namespace: labels[label.podNamespace] ?? '',
      uid: labels[label.podUid] ?? '',
    },
    spec: {
      ...(grace === undefined ? {} : { terminationGracePeriodSeconds: Number(grace) }),
      containers: containers.map(({ labels, annotations }) => ({
        name: labels[label.containerName] ?? '',
        resources: {},
        ...restored(annotations[annotation.preStop], preStop => ({ lifecycle: { preStop } })),
        ...restored(annotations[annotation.ports], ports => ({ ports })),
      })),
    },
    status: {},
  } as Pod
}

const restored = <T>(json: string | undefined, as: (value: unknown) => T): T | undefined =>
  json === undefined ? undefined : as(JSON.parse(json))
