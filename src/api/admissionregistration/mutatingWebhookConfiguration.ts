import type { Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { webhookBeta } from './webhookBeta.ts'
import { mutatingDefaults } from './webhookDefaults.ts'
import { webhooksRules } from './webhookRules.ts'
import { MutatingWebhookConfiguration, MutatingWebhookConfigurationV1beta1 } from './webhookType.ts'

export { MutatingWebhookConfiguration, MutatingWebhookConfigurationList } from './webhookType.ts'

/** Webhooks that are asked about writes, and may change them. */
export const mutatingWebhookConfigurations = resource<MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  in: ['api-extensions'],
  namespaced: false,
  type: MutatingWebhookConfiguration,
  generation: true,
  defaults: ({ webhooks = [] }) => webhooks.forEach(mutatingDefaults),
  rules: ({ webhooks }, old) => webhooksRules(webhooks, old && (old.webhooks ?? [])),
  columns: [
    nameColumn,
    { name: 'Webhooks', type: 'integer', description: 'How many.', cell: object => object.webhooks?.length ?? 0 },
    ageColumn,
  ],
  versions: [
    webhookBeta<MutatingWebhookConfiguration>(
      'MutatingWebhookConfiguration',
      MutatingWebhookConfigurationV1beta1 as Type<unknown>,
    ),
  ],
})
