/** Labels and annotations that several components know, under upstream's names. */

/** On every Namespace: its own name. */
export const namespaceNameLabel = 'kubernetes.io/metadata.name'
export const hostnameLabel = 'kubernetes.io/hostname'
export const osLabel = 'kubernetes.io/os'
export const archLabel = 'kubernetes.io/arch'
export const zoneLabel = 'topology.kubernetes.io/zone'
export const regionLabel = 'topology.kubernetes.io/region'
/** On ReplicaSets and pods of a Deployment: which template they were made from. */
export const podTemplateHashLabel = 'pod-template-hash'
/** On an EndpointSlice: the Service it is of, and who writes it. */
export const serviceNameLabel = 'kubernetes.io/service-name'
export const endpointSliceManagedByLabel = 'endpointslice.kubernetes.io/managed-by'
/** On a Service or Endpoints: it has no cluster IP. */
export const headlessServiceLabel = 'service.kubernetes.io/headless'
/** On a Service: another proxy takes care of it. */
export const serviceProxyNameLabel = 'service.kubernetes.io/service-proxy-name'
/** On Endpoints: slices are not made from them. */
export const skipMirrorLabel = 'endpointslice.kubernetes.io/skip-mirror'
/** On Endpoints: when the pods behind them last changed. */
export const lastChangeTriggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time'
/** On a Deployment and its ReplicaSets: number of the rollout. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision'
export const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history'
export const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas'
export const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas'
/** On a pod: how willingly a scale-down removes it, least first. */
export const podDeletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost'
/** The manifest `kubectl apply` sent last. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration'
export const changeCauseAnnotation = 'kubernetes.io/change-cause'
/** On token Secrets: the ServiceAccount they are of. */
export const serviceAccountNameAnnotation = 'kubernetes.io/service-account.name'
export const serviceAccountUidAnnotation = 'kubernetes.io/service-account.uid'
/** On default roles: whether they are brought up to date at start. */
export const rbacAutoupdateAnnotation = 'rbac.authorization.kubernetes.io/autoupdate'

/** Whether two sets of labels are the same; absent is empty. */
export function sameLabels(
  a: Readonly<Record<string, string>> = {},
  b: Readonly<Record<string, string>> = {},
): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => a[key] === b[key])
}

/** How tables show a set of labels: sorted, `<none>` when empty. */
export const formatLabels = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',') || '<none>'
