import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Client } from '../../client/client.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { Informers } from '../../client/informer.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { FlowSchemaLike } from '../flow/index.ts'
import { flowKinds } from '../flow/objects.ts'

interface Condition {
  readonly type?: string
  readonly status?: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

type Schema = KubeObject & FlowSchemaLike & { readonly status?: { readonly conditions?: readonly Condition[] } }

/** Says on each FlowSchema whether the priority level that it names is there (`presyncFlowSchemaStatus`). */
export function flowStatusController(
  deps: { readonly client: Client; readonly informers: Informers; readonly clock: Clock },
  resources: readonly Resource[],
): Controller | undefined {
  const kinds = flowKinds(resources)
  if (!kinds) return undefined
  const schemas = deps.informers.of(kinds.schemas)
  const levels = deps.informers.of(kinds.levels)
  const nameOf = ({ metadata }: KubeObject) => metadata.name ?? ''
  const levelOf = (schema: KubeObject) => (schema as Schema).spec.priorityLevelConfiguration.name
  return {
    name: 'flowschema-status',
    workers: 1,
    watches: [
      watching(schemas, ({ type, object }) => (type === 'removed' ? [] : [nameOf(object)])),
      watching(levels, ({ type, object }) =>
        type === 'changed'
          ? []
          : schemas.cache
              .list()
              .filter(schema => levelOf(schema) === nameOf(object))
              .map(nameOf),
      ),
    ],
    async reconcile(name) {
      const schema = schemas.cache.get(name) as Schema | undefined
      if (!schema) return undefined
      const level = levelOf(schema)
      const there = levels.cache.get(level) !== undefined
      const words = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`
      const wanted = {
        type: 'Dangling',
        status: there ? 'False' : 'True',
        reason: there ? 'Found' : 'NotFound',
        message: `${words} ${there ? 'and it exists' : 'but there is no such object'}`,
      }
      const conditions = schema.status?.conditions ?? []
      const known = conditions.find(({ type }) => type === wanted.type)
      if (known?.status === wanted.status && known.message === wanted.message) return undefined
      const lastTransitionTime =
        known?.status === wanted.status && known.lastTransitionTime
          ? known.lastTransitionTime
          : formatTime(deps.clock.now())
      const status = {
        conditions: [...conditions.filter(({ type }) => type !== wanted.type), { ...wanted, lastTransitionTime }],
      }
      try {
        await deps.client.of(kinds.schemas).updateStatus({ ...schema, status } as never)
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
      }
      return undefined
    },
  }
}
