import type { Type } from '../../schema/types.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion } from '../versions.ts'
import type { MutatingWebhook, ValidatingWebhook } from './webhookType.ts'

type Webhook = MutatingWebhook | ValidatingWebhook
type Configuration = KubeObject & { readonly webhooks?: readonly Webhook[] }

const apiVersion = 'admissionregistration.k8s.io/v1beta1'
const stored = 'admissionregistration.k8s.io/v1'

/** Webhooks that came in v1beta1: they may still say what v1 refuses. */
const fromBeta = new WeakSet<object>()

export const isFromBeta = (webhooks: readonly object[] | undefined): boolean =>
  webhooks !== undefined && fromBeta.has(webhooks)

function betaDefaults(webhook: Webhook): void {
  webhook.failurePolicy ??= 'Ignore'
  webhook.matchPolicy ??= 'Exact'
  webhook.sideEffects ??= 'Unknown'
  webhook.timeoutSeconds ??= 30
  if (!webhook.admissionReviewVersions?.length) webhook.admissionReviewVersions = ['v1beta1']
}

/** Configurations as v1beta1 has them, which upstream stopped serving in v1.22. */
export const webhookBeta = <T extends Configuration>(
  kind: T['kind'] & string,
  type: Type<unknown>,
): ServedVersion<T> => ({
  group: 'admissionregistration.k8s.io',
  version: 'v1beta1',
  type,
  defaults: ({ webhooks = [] }: Configuration) => webhooks.forEach(betaDefaults),
  up(object) {
    const { webhooks, ...rest } = object as T
    if (!webhooks) return { ...(rest as T), apiVersion: stored }
    const own = [...webhooks]
    fromBeta.add(own)
    return { ...(rest as T), apiVersion: stored, webhooks: own }
  },
  down: object => ({ ...object, apiVersion }),
  deprecation: removedVersion(apiVersion, kind, '1.16', '1.22', stored),
})
