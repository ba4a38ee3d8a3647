import { equal } from '../../schema/derive/equal.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { templateMetadataRules } from '../core/pod/rules/claim.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { deviceClaimDefaults, deviceClaimRules } from './deviceRules.ts'
import { ResourceClaimTemplate } from './resourceClaimTemplateType.ts'
import { resourceClaimTemplateVersions } from './resourceClaimVersions.ts'

export { ResourceClaimTemplate, ResourceClaimTemplateList } from './resourceClaimTemplateType.ts'

const path = at('spec')

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
  rules: ({ spec }, old) =>
    old
      ? []
      : [
          ...templateMetadataRules(spec.metadata, path.child('metadata')),
          ...deviceClaimRules(spec.spec.devices, path.child('spec', 'devices')),
        ],
  changes: {
    updateRules: (now, old) => (equal(now.spec, old.spec) ? [] : [invalid(path, now.spec, 'field is immutable')]),
  },
  versions: resourceClaimTemplateVersions,
  columns: [nameColumn, ageColumn],
})
