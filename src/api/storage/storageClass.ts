import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { StorageClass } from './storageClassType.ts'

export { StorageClass, StorageClassList } from './storageClassType.ts'

/** On the class that claims get which name none. */
export const defaultClassAnnotation = 'storageclass.kubernetes.io/is-default-class'
const oldDefaultClassAnnotation = 'storageclass.beta.kubernetes.io/is-default-class'
export const isDefaultClass = ({ metadata: { annotations = {} } }: StorageClass): boolean =>
  annotations[defaultClassAnnotation] === 'true' || annotations[oldDefaultClassAnnotation] === 'true'

const longestParameters = 256 * 1024
const mostParameters = 512

/** What is wrong with parameters for a driver. Of upstream's `validateParameters`. */
export function parameterRules(
  parameters: Readonly<Record<string, string>> | undefined,
  canBeEmpty: boolean,
): readonly FieldError[] {
  const path = at('parameters')
  const entries = Object.entries(parameters ?? {})
  if (entries.length > mostParameters)
    return [invalid(path, 'Provisioner Parameters exceeded max allowed', String(mostParameters))]
  const size = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return [
    ...entries.flatMap(([name]) => (name === '' ? [invalid(path, name, 'field can not be empty.')] : [])),
    ...(size > longestParameters ? [tooLong(path, longestParameters)] : []),
    ...(entries.length === 0 && !canBeEmpty ? [required(path, 'must contain at least one key/value pair')] : []),
  ]
}

/** Of upstream's `ValidateStorageClass`. */
function rules(storage: StorageClass): readonly FieldError[] {
  const { provisioner, parameters } = storage
  const path = at('provisioner')
  return [
    ...(provisioner
      ? qualifiedName(provisioner.toLowerCase()).map(why => invalid(path, provisioner, why))
      : [required(path)]),
    ...parameterRules(parameters, true),
  ]
}

function updateRules(now: StorageClass, old: StorageClass): readonly FieldError[] {
  const errors: FieldError[] = []
  if (!equal(now.parameters, old.parameters))
    errors.push(forbidden(at('parameters'), 'updates to parameters are forbidden.'))
  if (now.provisioner !== old.provisioner)
    errors.push(forbidden(at('provisioner'), 'updates to provisioner are forbidden.'))
  if (now.reclaimPolicy !== old.reclaimPolicy)
    errors.push(forbidden(at('reclaimPolicy'), 'updates to reclaimPolicy are forbidden.'))
  if (now.volumeBindingMode !== old.volumeBindingMode)
    errors.push(invalid(at('volumeBindingMode'), now.volumeBindingMode, 'field is immutable'))
  return errors
}

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
  changes: { updateRules },
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
