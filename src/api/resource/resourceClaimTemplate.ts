import { equal } from '../../schema/derive/equal.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { deviceClaimDefaults, deviceClaimRules } from './deviceRules.ts'
import { ResourceClaimTemplate } from './resourceClaimTemplateType.ts'

export { ResourceClaimTemplate, ResourceClaimTemplateList } from './resourceClaimTemplateType.ts'

/** What claims of pods are made from. */
export const resourceClaimTemplates = resource<ResourceClaimTemplate>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates',
  namespaced: true,
  type: ResourceClaimTemplate,
  generation: false,
  defaults: ({ spec }) => deviceClaimDefaults(spec.spec.devices),
  rules: ({ spec }) => deviceClaimRules(spec.spec.devices, at('spec', 'spec', 'devices')),
  changes: {
    updateRules: (now, old) => (equal(now.spec, old.spec) ? [] : [invalid(at('spec'), now.spec, 'field is immutable')]),
  },
  columns: [nameColumn, ageColumn],
})
