import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Metrics } from '../../base/metrics.ts'
import type { Random } from '../../base/random.ts'
import type { Authorizing } from '../authz/index.ts'
import type { Catalog } from '../catalog.ts'
import type { AdmissionPlugin, LiveRead, ObjectReader } from '../contract.ts'
import { conditionMeter, policyMeter, webhookMeter } from '../metrics/index.ts'
import type { Objects } from '../store/objects.ts'
import type { WebhookCaller } from '../webhook/caller.ts'
import { certificateApproval } from './certificates/approval.ts'
import { podCertificateRequest } from './certificates/podCertificateRequest.ts'
import { certificateSigning } from './certificates/signing.ts'
import { certificateSubjectRestriction } from './certificates/subjectRestriction.ts'
import { defaultIngressClass, defaultStorageClass } from './defaultClasses.ts'
import { defaultTolerationSeconds } from './defaultTolerationSeconds.ts'
import { limitRanger } from './limitRanger.ts'
import { namespaceLifecycle } from './namespaceLifecycle.ts'
import { nodeRestriction } from './nodeRestriction/index.ts'
import { ownerReferencesPermission } from './ownerReferences.ts'
import { persistentVolumeClaimResize } from './persistentVolumeClaimResize.ts'
import { podSecurity } from './podSecurity/index.ts'
import { podTolerationRestriction } from './podTolerationRestriction.ts'
import { mutatingPolicies, validatingPolicies } from './policy/index.ts'
import { priority } from './priority.ts'
import { resourceQuota } from './resourceQuota.ts'
import { runtimeClass } from './runtimeClass.ts'
import { type PluginSelection, selectPlugins } from './selection.ts'
import { serviceAccount } from './serviceAccount/index.ts'
import { taintNodesByCondition } from './taintNodesByCondition.ts'
import { mutatingWebhooks, validatingWebhooks } from './webhook/index.ts'

export interface AdmissionDeps {
  readonly objects: ObjectReader
  /** For what is noted in other objects, and kinds whose caches nobody has opened yet. */
  readonly store: Pick<Objects, 'cache' | 'get' | 'put'>
  readonly clock: Clock
  readonly random: Random
  readonly authorizing: Authorizing
  readonly webhooks: WebhookCaller
  readonly catalog: Catalog
  readonly log: Logger
  /** Where several servers share a store. */
  readonly live?: LiveRead
  readonly metrics: Metrics
}

export type { PluginSelection } from './selection.ts'

/** The plugins that are to run, in upstream's order. Throws when there is none of a name in the selection. */
export function admissionPlugins(deps: AdmissionDeps, selection: PluginSelection = {}): readonly AdmissionPlugin[] {
  const { authorizing, metrics } = deps
  const shared = { ...deps, authorization: authorizing, conditions: conditionMeter(metrics) }
  const policies = { ...shared, meter: policyMeter(metrics) }
  const webhooks = { ...shared, caller: deps.webhooks, meter: webhookMeter(metrics) }
  const plugins = [
    namespaceLifecycle(deps),
    limitRanger(deps),
    serviceAccount(deps),
    nodeRestriction({ objects: deps.objects, authorization: deps.authorizing }),
    taintNodesByCondition,
    podSecurity(deps),
    priority(deps),
    defaultTolerationSeconds,
    podTolerationRestriction(deps),
    defaultStorageClass(deps),
    ownerReferencesPermission({ authorization: deps.authorizing, catalog: deps.catalog }),
    persistentVolumeClaimResize(deps),
    runtimeClass(deps),
    certificateApproval({ authorization: deps.authorizing }),
    certificateSigning({ authorization: deps.authorizing }),
    certificateSubjectRestriction,
    podCertificateRequest({ authorization: deps.authorizing, clock: deps.clock }),
    defaultIngressClass(deps),
    mutatingPolicies(policies),
    mutatingWebhooks(webhooks),
    deps.authorizing.escalation,
    validatingPolicies(policies),
    validatingWebhooks(webhooks),
    resourceQuota(deps),
  ]
  return selectPlugins(plugins, selection)
}
