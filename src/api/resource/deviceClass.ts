import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { isExtended } from '../core/pod/rules/resources.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { DeviceClass } from './deviceClassType.ts'
import { deviceClassVersions } from './deviceClassVersions.ts'
import { configurationRules, mostOfEach } from './deviceRules.ts'
import { listRules } from './lists.ts'
import { selectorRules } from './selectors.ts'

export { DeviceClass, DeviceClassList } from './deviceClassType.ts'

/** Of upstream's `validateDeviceClassSpec`. */
function rules({ spec }: DeviceClass, old: DeviceClass | undefined): readonly FieldError[] {
  const { selectors, config = [], extendedResourceName: name } = spec
  const path = at('spec')
  return [
    ...selectorRules(selectors, path.child('selectors')),
    ...listRules(
      config,
      mostOfEach,
      (each, here) => configurationRules(each, here, old?.spec.config),
      path.child('config'),
    ),
    ...(name !== undefined && !isExtended(name)
      ? [invalid(path.child('extendedResourceName'), name, 'must be a valid extended resource name')]
      : []),
  ]
}

/** Devices of a sort that claims can ask for. */
export const deviceClasses = resource<DeviceClass>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  namespaced: false,
  type: DeviceClass,
  generation: true,
  rules,
  versions: deviceClassVersions,
  columns: [nameColumn, ageColumn],
})
