import { equal } from '../../schema/derive/equal.ts'
import { forbidden } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { driverNameRules } from '../core/driverName.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { parameterRules } from './storageClass.ts'
import { VolumeAttributesClass } from './volumeAttributesClassType.ts'

export { VolumeAttributesClass, VolumeAttributesClassList } from './volumeAttributesClassType.ts'

/** Settings of volumes that may change while they live. */
export const volumeAttributesClasses = resource<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  short: ['vac'],
  namespaced: false,
  type: VolumeAttributesClass,
  generation: false,
  rules: ({ driverName, parameters }) => [
    ...driverNameRules(driverName, at('driverName')),
    ...parameterRules(parameters, false),
  ],
  changes: {
    updateRules: (now, old) => [
      ...(now.driverName === old.driverName
        ? []
        : [forbidden(at('driverName'), 'updates to driverName are forbidden.')]),
      ...(equal(now.parameters, old.parameters)
        ? []
        : [forbidden(at('parameters'), 'updates to parameters are forbidden.')]),
    ],
  },
  columns: [
    nameColumn,
    { name: 'DriverName', type: 'string', description: 'Driver it is for.', cell: object => object.driverName },
    ageColumn,
  ],
})
