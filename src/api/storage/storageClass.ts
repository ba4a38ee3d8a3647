import { equal } from '../../schema/derive/equal.ts'
import { duplicate, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { deprecatedLabel } from '../core/node/deprecatedLabels.ts'
import type { TopologySelectorTerm } from '../core/node/topologySelector.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { parameterRules, provisionerRules } from './parameters.ts'
import { StorageClass, StorageClassV1beta1 } from './storageClassType.ts'
import { beforeV1 } from './versions.ts'

export { StorageClass, StorageClassList } from './storageClassType.ts'

/** On the class that claims get which name none. */
export const defaultClassAnnotation = 'storageclass.kubernetes.io/is-default-class'
const oldDefaultClassAnnotation = 'storageclass.beta.kubernetes.io/is-default-class'
export const isDefaultClass = ({ metadata: { annotations = {} } }: StorageClass): boolean =>
  annotations[defaultClassAnnotation] === 'true' || annotations[oldDefaultClassAnnotation] === 'true'

const reclaimPolicies = ['Delete', 'Retain']
const bindingModes = ['Immediate', 'WaitForFirstConsumer']

/** Of upstream's `ValidateStorageClass`. */
function rules(storage: StorageClass): readonly FieldError[] {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode: mode, allowedTopologies = [] } = storage
  return [
    ...provisionerRules(provisioner, at('provisioner')),
    ...parameterRules(parameters, true),
    ...(reclaimPolicy && !reclaimPolicies.includes(reclaimPolicy)
      ? [notSupported(at('reclaimPolicy'), reclaimPolicy, reclaimPolicies)]
      : []),
    ...(mode !== undefined && !bindingModes.includes(mode)
      ? [notSupported(at('volumeBindingMode'), mode, bindingModes)]
      : []),
    ...topologyRules(allowedTopologies, at('allowedTopologies')),
  ]
}

/** Terms that differ. One that asks for nothing is refused, once for each term there is: upstream compares it with unset ones. */
function topologyRules(terms: readonly TopologySelectorTerm[], path: Path): readonly FieldError[] {
  const seen: string[] = terms.map(() => '[]')
  return terms.flatMap(({ matchLabelExpressions = [] }, index) => {
    const here = path.index(index).child('matchLabelExpressions')
    const keys = matchLabelExpressions.map(({ key }) => key)
    const meaning = JSON.stringify(
      matchLabelExpressions.map(({ key, values }) => [key, [...new Set(values)].sort()]).sort(),
    )
    const errors = matchLabelExpressions.flatMap(({ key, values }, i) => [
      ...topologyValueRules(values, here.index(i).child('values')),
      ...qualifiedName(key).map(why => invalid(here.index(i).child('key'), key, why)),
      ...(keys.indexOf(key) < i ? [duplicate(here.index(i).child('key'), key)] : []),
    ])
    errors.push(...seen.filter(one => one === meaning).map(() => duplicate(here, '')))
    seen.push(meaning)
    return errors
  })
}

const topologyValueRules = (values: readonly string[], path: Path): readonly FieldError[] =>
  values.length === 0
    ? [required(path)]
    : values.flatMap((value, i) => (values.indexOf(value) < i ? [duplicate(path.index(i), value)] : []))

const fixed = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const

const updateRules = (now: StorageClass, old: StorageClass): readonly FieldError[] =>
  fixed.flatMap(name => (equal(now[name], old[name]) ? [] : [invalid(at(name), now[name], 'field is immutable')]))

const warnings = ({ allowedTopologies = [] }: StorageClass): string[] =>
  allowedTopologies.flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key }, j) => {
      const told = deprecatedLabel(key)
      return told ? [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${told}`] : []
    }),
  )

const column = (name: string, description: string, cell: (object: StorageClass) => string): Column<StorageClass> => ({
  name,
  type: 'string',
  description,
  cell,
})

/** A kind of storage that claims can ask for. */
export const storageClasses = resource<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  short: ['sc'],
  namespaced: false,
  type: StorageClass,
  generation: false,
  defaults(object) {
    object.reclaimPolicy ??= 'Delete'
    object.volumeBindingMode ??= 'Immediate'
  },
  rules,
  changes: { updateRules, warnings },
  versions: [beforeV1('v1beta1', 'StorageClass', StorageClassV1beta1, '1.19', '1.22')],
  columns: [
    {
      ...nameColumn,
      cell: object => `${object.metadata.name}${isDefaultClass(object as StorageClass) ? ' (default)' : ''}`,
    },
    column('Provisioner', 'Driver that makes volumes.', object => object.provisioner),
    column('ReclaimPolicy', 'What becomes of volumes.', object => object.reclaimPolicy ?? 'Delete'),
    column('VolumeBindingMode', 'When volumes are made.', object => object.volumeBindingMode ?? 'Immediate'),
    column('AllowVolumeExpansion', 'Whether volumes can grow.', object => String(object.allowVolumeExpansion ?? false)),
    ageColumn,
  ],
})
