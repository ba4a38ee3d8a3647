import { customResourceDefinitions } from './apiextensions/customResourceDefinition.ts'
import { controllerRevisions } from './apps/controllerRevision.ts'
import { daemonSets } from './apps/daemonSet.ts'
import { deployments } from './apps/deployment.ts'
import { replicaSets } from './apps/replicaSet.ts'
import { selfSubjectReviews } from './authentication/selfSubjectReview.ts'
import { tokenReviews } from './authentication/tokenReview.ts'
import { localSubjectAccessReviews } from './authorization/localSubjectAccessReview.ts'
import { selfSubjectAccessReviews } from './authorization/selfSubjectAccessReview.ts'
import { selfSubjectRulesReviews } from './authorization/selfSubjectRulesReview.ts'
import { subjectAccessReviews } from './authorization/subjectAccessReview.ts'
import { horizontalPodAutoscalers } from './autoscaling/horizontalPodAutoscaler.ts'
import { cronJobs } from './batch/cronJob.ts'
import { jobs } from './batch/job.ts'
import { certificateSigningRequests } from './certificates/certificateSigningRequest.ts'
import { leases } from './coordination/lease.ts'
import { bindings } from './core/binding.ts'
import { configMaps } from './core/configMap.ts'
import { endpoints } from './core/endpoints.ts'
import { events } from './core/event.ts'
import { limitRanges } from './core/limitRange.ts'
import { namespaces } from './core/namespace.ts'
import { nodes } from './core/node/resource.ts'
import { pods } from './core/pod/resource.ts'
import { podTemplates } from './core/podTemplate.ts'
import { replicationControllers } from './core/replicationController.ts'
import { resourceQuotas } from './core/resourceQuota.ts'
import { secrets } from './core/secret.ts'
import { services } from './core/service.ts'
import { serviceAccounts } from './core/serviceAccount.ts'
import { endpointSlices } from './discovery/endpointSlice.ts'
import { podDisruptionBudgets } from './policy/podDisruptionBudget.ts'
import { clusterRoles } from './rbac/clusterRole.ts'
import { clusterRoleBindings } from './rbac/clusterRoleBinding.ts'
import { roles } from './rbac/role.ts'
import { roleBindings } from './rbac/roleBinding.ts'
import type { Resource } from './resource.ts'
import { priorityClasses } from './scheduling/priorityClass.ts'

export * from './apiextensions/conversionReview.ts'
export * from './apiextensions/customResourceDefinition.ts'
export * from './apiextensions/jsonSchemaProps.ts'
export * from './apps/controllerRevision.ts'
export * from './apps/daemonSet.ts'
export * from './apps/deployment.ts'
export * from './apps/replicaSet.ts'
export * from './authentication/selfSubjectReview.ts'
export * from './authentication/tokenRequest.ts'
export * from './authentication/tokenReview.ts'
export * from './authorization/localSubjectAccessReview.ts'
export * from './authorization/selfSubjectAccessReview.ts'
export * from './authorization/selfSubjectRulesReview.ts'
export * from './authorization/subjectAccessReview.ts'
export * from './autoscaling/horizontalPodAutoscaler.ts'
export * from './autoscaling/scale.ts'
export * from './batch/cronJob.ts'
export * from './batch/job.ts'
export * from './certificates/certificateSigningRequest.ts'
export * from './coordination/lease.ts'
export * from './core/binding.ts'
export * from './core/configMap.ts'
export * from './core/endpoints.ts'
export * from './core/event.ts'
export * from './core/limitRange.ts'
export * from './core/namespace.ts'
export * from './core/node/node.ts'
export { nodes } from './core/node/resource.ts'
export * from './core/pod/pod.ts'
export { pods } from './core/pod/resource.ts'
export * from './core/podTemplate.ts'
export * from './core/references.ts'
export * from './core/replicationController.ts'
export * from './core/resourceQuota.ts'
export * from './core/secret.ts'
export * from './core/service.ts'
export * from './core/serviceAccount.ts'
export * from './discovery/endpointSlice.ts'
export * from './meta/apiDiscovery.ts'
export * from './meta/apiResources.ts'
export * from './meta/condition.ts'
export * from './meta/labels.ts'
export * from './meta/list.ts'
export * from './meta/objectMeta.ts'
export * from './meta/options.ts'
export * from './meta/owners.ts'
export * from './meta/partialObjectMetadata.ts'
export * from './meta/selectors.ts'
export { Status } from './meta/status.ts'
export * from './meta/statusError.ts'
export * from './meta/table.ts'
export * from './meta/watchEvent.ts'
export * from './policy/eviction.ts'
export * from './policy/podDisruptionBudget.ts'
export * from './rbac/clusterRole.ts'
export * from './rbac/clusterRoleBinding.ts'
export * from './rbac/policyRule.ts'
export * from './rbac/role.ts'
export * from './rbac/roleBinding.ts'
export * from './resource.ts'
export * from './scheduling/priorityClass.ts'

/** Every kind that is built in, in the order of discovery. */
export const resources: readonly Resource[] = [
  bindings,
  configMaps,
  endpoints,
  events,
  namespaces,
  nodes,
  pods,
  podTemplates,
  replicationControllers,
  limitRanges,
  resourceQuotas,
  secrets,
  services,
  serviceAccounts,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  tokenReviews,
  selfSubjectReviews,
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  horizontalPodAutoscalers,
  cronJobs,
  jobs,
  certificateSigningRequests,
  leases,
  endpointSlices,
  podDisruptionBudgets,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  customResourceDefinitions,
  priorityClasses,
]
