import { bool, fields, list, root, string, strings } from '../../../schema/fields.ts'
import { int32 as int32Type } from '../../../schema/scalars/basic.ts'
import type { RootShape, Type } from '../../../schema/types.ts'

const attachFields = {
  /** Whether the client sends input. */
  stdin: bool(1),
  /** Whether the client wants what is put out. */
  stdout: bool(2),
  /** Whether the client wants what is put out as errors. */
  stderr: bool(3),
  /** Whether the streams are those of a terminal. */
  tty: bool(4),
  /** Which container; not needed where there is only one. */
  container: string(5),
} as const

const attach = fields(attachFields)
export interface PodAttachOptions extends RootShape<typeof attach> {}
/** What a request to attach to a container asks for, in its query. */
export const PodAttachOptions: Type<PodAttachOptions> = root('io.k8s.api.core.v1.PodAttachOptions', attach)

const exec = fields({
  ...attachFields,
  /** What is run: a program and its arguments. */
  command: strings(6, { always: true, listType: 'atomic' }),
})
export interface PodExecOptions extends RootShape<typeof exec> {}
/** What a request to run a command in a container asks for, in its query. */
export const PodExecOptions: Type<PodExecOptions> = root('io.k8s.api.core.v1.PodExecOptions', exec)

const portForward = fields({
  /** Ports of the pod. */
  ports: list(1, int32Type, { listType: 'atomic' }),
})
export interface PodPortForwardOptions extends RootShape<typeof portForward> {}
/** What a request to forward ports of a pod asks for, in its query. */
export const PodPortForwardOptions: Type<PodPortForwardOptions> = root(
  'io.k8s.api.core.v1.PodPortForwardOptions',
  portForward,
)

const proxy = fields({
  /** Path below the pod that the request goes to. */
  path: string(1),
})
export interface PodProxyOptions extends RootShape<typeof proxy> {}
/** What a request that goes on to a pod asks for. */
export const PodProxyOptions: Type<PodProxyOptions> = root('io.k8s.api.core.v1.PodProxyOptions', proxy)
