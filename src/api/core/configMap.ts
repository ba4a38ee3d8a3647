import { bool, fields, list, map, one, root, stringMap } from '../../schema/fields.ts'
import { invalid, tooLong } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { bytes as bytesType } from '../../schema/scalars/basic.ts'
import type { FieldError, RootShape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { bytesOfBase64, bytesOfText, dataBytes, immutableRules, keyRules, mostDataBytes } from './keyedData.ts'

const configMap = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Data can no longer be changed. */
  immutable: bool(4, { pointer: true }),
  /** Text by key. */
  data: stringMap(2),
  /** Bytes by key; no key stands in both. */
  binaryData: map(3, bytesType),
})
export interface ConfigMap extends RootShape<typeof configMap> {}
export const ConfigMap: Type<ConfigMap> = root('io.k8s.api.core.v1.ConfigMap', configMap)

const configMapList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ConfigMap, { always: true }),
})
export interface ConfigMapList extends RootShape<typeof configMapList> {}
export const ConfigMapList: Type<ConfigMapList> = root('io.k8s.api.core.v1.ConfigMapList', configMapList)

function configMapRules({ data = {}, binaryData = {} }: ConfigMap): readonly FieldError[] {
  const errors = [...keyRules(data, 'data'), ...keyRules(binaryData, 'binaryData')]
  for (const key of Object.keys(data))
    if (Object.hasOwn(binaryData, key))
      errors.push(invalid(at('data').key(key), key, 'duplicate of key present in binaryData'))
  if (dataBytes(data, bytesOfText) + dataBytes(binaryData, bytesOfBase64) > mostDataBytes)
    errors.push(tooLong(at().key(''), mostDataBytes)) // prints [], upstream's way to say: all of it
  return errors
}

/** Settings that pods read, as text or bytes by key. */
export const configMaps = resource<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  short: ['cm'],
  namespaced: true,
  type: ConfigMap,
  rules: configMapRules,
  changes: { updateRules: (object, old) => immutableRules(object, old, ['data', 'binaryData']) },
  columns: [
    nameColumn,
    {
      name: 'Data',
      type: 'string',
      description: 'How many keys there are.',
      cell: ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    },
    ageColumn,
  ],
})
