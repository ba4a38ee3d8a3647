import { duplicate, invalid, required } from '../../schema/rules/errors.ts'
import { dnsLabel } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { deprecatedLabel } from '../core/node/deprecatedLabels.ts'
import { wrong } from '../core/pod/rules/names.ts'
import { tolerationRules } from '../core/pod/rules/placement.ts'
import { resourceRules } from '../core/pod/rules/resources.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { labelRules } from '../meta/labelSelector.ts'
import { resource } from '../resource.ts'
import { RuntimeClass, type Scheduling } from './runtimeClassType.ts'
import { runtimeClassVersions } from './runtimeClassVersions.ts'

export { RuntimeClass, RuntimeClassList } from './runtimeClassType.ts'

/** Of upstream's `ValidateRuntimeClass`. */
function rules({ handler, overhead, scheduling }: RuntimeClass): readonly FieldError[] {
  return [
    ...(handler ? wrong(dnsLabel(handler), at('handler'), handler) : [required(at('handler'))]),
    ...(overhead?.podFixed ? resourceRules({ limits: overhead.podFixed }, at('overhead')) : []),
    ...(scheduling ? schedulingRules(scheduling, at('scheduling')) : []),
  ]
}

function schedulingRules({ nodeSelector = {}, tolerations = [] }: Scheduling, path: Path): readonly FieldError[] {
  const keys = tolerations.map(({ key = '', operator = '', value = '', effect = '' }) =>
    JSON.stringify([key, operator, value, effect]),
  )
  const place = path.child('tolerations')
  return [
    ...labelRules(nodeSelector, path.child('nodeSelector')),
    ...tolerationRules(tolerations, place),
    ...tolerations.flatMap((toleration, i) =>
      keys.indexOf(keys[i] ?? '') < i ? [duplicate(place.index(i), toleration)] : [],
    ),
  ]
}

const warnings = ({ scheduling }: RuntimeClass): string[] =>
  Object.keys(scheduling?.nodeSelector ?? {}).flatMap(key => {
    const told = deprecatedLabel(key)
    return told ? [`scheduling.nodeSelector: ${told}`] : []
  })

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
  createOnUpdate: true,
  conditionalUpdate: true,
  changes: {
    updateRules: (now, old) =>
      now.handler === old.handler ? [] : [invalid(at('handler'), now.handler, 'field is immutable')],
    warnings,
  },
  versions: runtimeClassVersions,
  columns: [
    nameColumn,
    { name: 'Handler', type: 'string', description: 'Configuration of the runtime.', cell: ({ handler }) => handler },
    ageColumn,
  ],
})
