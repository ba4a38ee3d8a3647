import type { Draft } from '../../schema/types.ts'
import type { ContainerConfig, Mount } from '../cri/messages/container.ts'
import type { Container, Pod } from '../pod.ts'
import { linuxResources } from '../resources/linux.ts'
import { oomScoreAdjust } from '../resources/oom.ts'
import { containerAnnotations, containerLabels } from '../sync/labels.ts'
import { expand } from './expand.ts'
import { type ImageUser, securityContext } from './security.ts'

export interface ConfigInput {
  readonly imageRef: string
  readonly imageUser: ImageUser
  readonly env: ReadonlyMap<string, string>
  readonly mounts: readonly Draft<Mount>[]
  readonly restartCount: number
  /** Bytes of memory the node has. */
  readonly memoryCapacity: number
  readonly seccompRoot: string
  /** The container whose processes this one sees (ephemeral containers). */
  readonly targetId?: string
}

/** What the runtime is told of a container (upstream: `generateContainerConfig`). */
export function containerConfig(pod: Pod, container: Container, input: ConfigInput): Draft<ContainerConfig> {
  const { env, restartCount } = input
  const own = (name: string) => env.get(name)
  const { requests, limits } = container.resources ?? {}
  // A limit of the pod as a whole bounds containers that have none of their own.
  const bounded = { ...pod.spec.resources?.limits, ...limits }
  return {
    metadata: { name: container.name, attempt: restartCount },
    image: { image: input.imageRef, userSpecifiedImage: container.image ?? '' },
    command: (container.command ?? []).map(each => expand(each, own)),
    args: (container.args ?? []).map(each => expand(each, own)),
    workingDir: container.workingDir ?? '',
    envs: [...env].map(([key, value]) => ({ key, value: Buffer.from(value).toString('base64') })),
    mounts: input.mounts,
    labels: containerLabels(pod, container),
    annotations: containerAnnotations(pod, container, restartCount),
    logPath: `${container.name}/${restartCount}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    linux: {
      resources: {
        ...linuxResources(requests, bounded),
        oomScoreAdj: oomScoreAdjust(pod, container, input.memoryCapacity),
      },
      securityContext: securityContext(pod, container, input.imageUser, {
        seccompRoot: input.seccompRoot,
        ...(input.targetId === undefined ? {} : { targetId: input.targetId }),
      }),
    },
  }
}
