import { equal } from '../../schema/derive/equal.ts'
import { forbidden } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { parameterRules, provisionerRules } from './parameters.ts'
import { beforeV1 } from './versions.ts'
import {
  VolumeAttributesClass,
  VolumeAttributesClassV1alpha1,
  VolumeAttributesClassV1beta1,
} from './volumeAttributesClassType.ts'

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
    ...provisionerRules(driverName, at('driverName')),
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
  versions: [
    beforeV1('v1beta1', 'VolumeAttributesClass', VolumeAttributesClassV1beta1, '1.34', '1.37'),
    beforeV1('v1alpha1', 'VolumeAttributesClass', VolumeAttributesClassV1alpha1, '1.32', '1.35'),
  ],
  columns: [
    nameColumn,
    { name: 'DriverName', type: 'string', description: 'Driver it is for.', cell: object => object.driverName },
    ageColumn,
  ],
})
