import { invalid } from '../../schema/rules/errors.ts'
import { dnsLabel } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { resourceRules } from '../core/pod/rules/resources.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { RuntimeClass } from './runtimeClassType.ts'

export { RuntimeClass, RuntimeClassList } from './runtimeClassType.ts'

/** Of upstream's `ValidateRuntimeClass`. */
function rules({ handler, overhead }: RuntimeClass): readonly FieldError[] {
  return [
    ...dnsLabel(handler).map(why => invalid(at('handler'), handler, why)),
    ...(overhead?.podFixed ? resourceRules({ limits: overhead.podFixed }, at('overhead', 'podFixed')) : []),
  ]
}

/** A way in which nodes run containers. */
export const runtimeClasses = resource<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  namespaced: false,
  type: RuntimeClass,
  generation: false,
  rules,
  changes: {
    updateRules: (now, old) =>
      now.handler === old.handler ? [] : [invalid(at('handler'), now.handler, 'field is immutable')],
  },
  columns: [
    nameColumn,
    { name: 'Handler', type: 'string', description: 'Configuration of the runtime.', cell: ({ handler }) => handler },
    ageColumn,
  ],
})
