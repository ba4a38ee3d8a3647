import { at } from '../../schema/rules/path.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { DeviceClass } from './deviceClassType.ts'
import { configurationRules, selectorRules } from './deviceRules.ts'

export { DeviceClass, DeviceClassList } from './deviceClassType.ts'

/** Devices of a sort that claims can ask for. */
export const deviceClasses = resource<DeviceClass>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  namespaced: false,
  type: DeviceClass,
  generation: true,
  rules: ({ spec }) => [
    ...selectorRules(spec.selectors, at('spec', 'selectors')),
    ...(spec.config ?? []).flatMap((each, index) => configurationRules(each, at('spec', 'config').index(index))),
  ],
  columns: [nameColumn, ageColumn],
})
