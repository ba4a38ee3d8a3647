import { mutatingAdmissionPolicies } from './admissionregistration/mutatingAdmissionPolicy.ts'
import { mutatingAdmissionPolicyBindings } from './admissionregistration/mutatingAdmissionPolicyBinding.ts'
import { mutatingWebhookConfigurations } from './admissionregistration/mutatingWebhookConfiguration.ts'
import { validatingAdmissionPolicies } from './admissionregistration/validatingAdmissionPolicy.ts'
import { validatingAdmissionPolicyBindings } from './admissionregistration/validatingAdmissionPolicyBinding.ts'
import { validatingWebhookConfigurations } from './admissionregistration/validatingWebhookConfiguration.ts'
import { customResourceDefinitions } from './apiextensions/customResourceDefinition.ts'
import { apiServices } from './apiregistration/apiService.ts'
import { controllerRevisions } from './apps/controllerRevision.ts'
import { daemonSets } from './apps/daemonSet.ts'
import { deployments } from './apps/deployment.ts'
import { replicaSets } from './apps/replicaSet.ts'
import { statefulSets } from './apps/statefulSet.ts'
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
import { clusterTrustBundles } from './certificates/clusterTrustBundle.ts'
import { podCertificateRequests } from './certificates/podCertificateRequest.ts'
import { leases } from './coordination/lease.ts'
import { leaseCandidates } from './coordination/leaseCandidate.ts'
import { bindings } from './core/binding.ts'
import { componentStatuses } from './core/componentStatus.ts'
import { configMaps } from './core/configMap.ts'
import { endpoints } from './core/endpoints.ts'
import { events } from './core/event.ts'
import { limitRanges } from './core/limitRange.ts'
import { namespaces } from './core/namespace.ts'
import { nodes } from './core/node/resource.ts'
import { persistentVolumes } from './core/persistentVolume.ts'
import { persistentVolumeClaims } from './core/persistentVolumeClaim.ts'
import { pods } from './core/pod/resource.ts'
import { podTemplates } from './core/podTemplate.ts'
import { replicationControllers } from './core/replicationController.ts'
import { resourceQuotas } from './core/resourceQuota.ts'
import { secrets } from './core/secret.ts'
import { services } from './core/service.ts'
import { serviceAccounts } from './core/serviceAccount.ts'
import { endpointSlices } from './discovery/endpointSlice.ts'
import { flowSchemas } from './flowcontrol/flowSchema.ts'
import { priorityLevelConfigurations } from './flowcontrol/priorityLevelConfiguration.ts'
import { ingresses } from './networking/ingress.ts'
import { ingressClasses } from './networking/ingressClass.ts'
import { ipAddresses } from './networking/ipAddress.ts'
import { networkPolicies } from './networking/networkPolicy.ts'
import { serviceCIDRs } from './networking/serviceCIDR.ts'
import { runtimeClasses } from './node/runtimeClass.ts'
import { podDisruptionBudgets } from './policy/podDisruptionBudget.ts'
import { clusterRoles } from './rbac/clusterRole.ts'
import { clusterRoleBindings } from './rbac/clusterRoleBinding.ts'
import { roles } from './rbac/role.ts'
import { roleBindings } from './rbac/roleBinding.ts'
import { deviceClasses } from './resource/deviceClass.ts'
import { deviceTaintRules } from './resource/deviceTaintRule.ts'
import { resourceClaims } from './resource/resourceClaim.ts'
import { resourceClaimTemplates } from './resource/resourceClaimTemplate.ts'
import { resourceSlices } from './resource/resourceSlice.ts'
import type { Resource } from './resource.ts'
import { priorityClasses } from './scheduling/priorityClass.ts'
import { csiDrivers } from './storage/csiDriver.ts'
import { csiNodes } from './storage/csiNode.ts'
import { csiStorageCapacities } from './storage/csiStorageCapacity.ts'
import { storageClasses } from './storage/storageClass.ts'
import { volumeAttachments } from './storage/volumeAttachment.ts'
import { volumeAttributesClasses } from './storage/volumeAttributesClass.ts'
import { storageVersionMigrations } from './storagemigration/storageVersionMigration.ts'

export * from './admission/admissionReview.ts'
export * from './admissionregistration/mutatingAdmissionPolicy.ts'
export * from './admissionregistration/mutatingAdmissionPolicyBinding.ts'
export * from './admissionregistration/mutatingWebhookConfiguration.ts'
export * from './admissionregistration/policyMatch.ts'
export * from './admissionregistration/validatingAdmissionPolicy.ts'
export * from './admissionregistration/validatingAdmissionPolicyBinding.ts'
export * from './admissionregistration/validatingWebhookConfiguration.ts'
export * from './apiextensions/conversionReview.ts'
export * from './apiextensions/customResourceDefinition.ts'
export * from './apiextensions/jsonSchemaProps.ts'
export * from './apiregistration/apiService.ts'
export * from './apps/controllerRevision.ts'
export * from './apps/daemonSet.ts'
export * from './apps/deployment.ts'
export * from './apps/replicaSet.ts'
export * from './apps/statefulSet.ts'
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
export * from './certificates/clusterTrustBundle.ts'
export * from './certificates/podCertificateRequest.ts'
export * from './coordination/lease.ts'
export * from './coordination/leaseCandidate.ts'
export * from './core/binding.ts'
export * from './core/componentStatus.ts'
export * from './core/configMap.ts'
export * from './core/endpoints.ts'
export * from './core/event.ts'
export * from './core/limitRange.ts'
export * from './core/namespace.ts'
export * from './core/node/node.ts'
export { nodes } from './core/node/resource.ts'
export * from './core/persistentVolume.ts'
export * from './core/persistentVolumeClaim.ts'
export * from './core/pod/pod.ts'
export { pods } from './core/pod/resource.ts'
export * from './core/pod/streamOptions.ts'
export * from './core/podTemplate.ts'
export * from './core/references.ts'
export * from './core/replicationController.ts'
export * from './core/resourceQuota.ts'
export * from './core/secret.ts'
export * from './core/service.ts'
export * from './core/serviceAccount.ts'
export * from './discovery/endpointSlice.ts'
export * from './flowcontrol/flowSchema.ts'
export * from './flowcontrol/priorityLevelConfiguration.ts'
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
export * from './networking/ingress.ts'
export * from './networking/ingressClass.ts'
export * from './networking/ipAddress.ts'
export * from './networking/networkPolicy.ts'
export * from './networking/serviceCIDR.ts'
export * from './node/runtimeClass.ts'
export * from './policy/eviction.ts'
export * from './policy/podDisruptionBudget.ts'
export * from './rbac/clusterRole.ts'
export * from './rbac/clusterRoleBinding.ts'
export * from './rbac/policyRule.ts'
export * from './rbac/role.ts'
export * from './rbac/roleBinding.ts'
export * from './resource/deviceClass.ts'
export * from './resource/deviceTaintRule.ts'
export * from './resource/resourceClaim.ts'
export * from './resource/resourceClaimTemplate.ts'
export * from './resource/resourceSlice.ts'
export * from './resource.ts'
export * from './scheduling/priorityClass.ts'
export * from './storage/csiDriver.ts'
export * from './storage/csiNode.ts'
export * from './storage/csiStorageCapacity.ts'
export * from './storage/storageClass.ts'
export * from './storage/volumeAttachment.ts'
export * from './storage/volumeAttributesClass.ts'
export * from './storagemigration/storageVersionMigration.ts'

/** Every kind that is built in, in the order of discovery. */
export const resources: readonly Resource[] = [
  bindings,
  componentStatuses,
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
  statefulSets,
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
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  apiServices,
  clusterTrustBundles,
  persistentVolumes,
  persistentVolumeClaims,
  flowSchemas,
  priorityLevelConfigurations,
  ingresses,
  ingressClasses,
  ipAddresses,
  networkPolicies,
  serviceCIDRs,
  runtimeClasses,
  deviceClasses,
  resourceClaims,
  resourceClaimTemplates,
  resourceSlices,
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  storageClasses,
  volumeAttachments,
  volumeAttributesClasses,
  storageVersionMigrations,
  leaseCandidates,
  podCertificateRequests,
  deviceTaintRules,
]
