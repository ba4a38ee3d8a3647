import type { Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { webhookBeta } from './webhookBeta.ts'
import { webhookDefaults } from './webhookDefaults.ts'
import { webhooksRules } from './webhookRules.ts'
import { ValidatingWebhookConfiguration, ValidatingWebhookConfigurationV1beta1 } from './webhookType.ts'

export { ValidatingWebhookConfiguration, ValidatingWebhookConfigurationList } from './webhookType.ts'

/** Webhooks that are asked about writes, and may refuse them. */
export const validatingWebhookConfigurations = resource<ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  in: ['api-extensions'],
  namespaced: false,
  type: ValidatingWebhookConfiguration,
  generation: true,
  defaults: ({ webhooks = [] }) => webhooks.forEach(webhookDefaults),
  rules: ({ webhooks }, old) => webhooksRules(webhooks, old && (old.webhooks ?? [])),
  columns: [
    nameColumn,
    { name: 'Webhooks', type: 'integer', description: 'How many.', cell: object => object.webhooks?.length ?? 0 },
    ageColumn,
  ],
  versions: [
    webhookBeta<ValidatingWebhookConfiguration>(
      'ValidatingWebhookConfiguration',
      ValidatingWebhookConfigurationV1beta1 as Type<unknown>,
    ),
  ],
})
