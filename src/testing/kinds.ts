import { DeploymentRollbackV1beta1, ExtensionsDeploymentRollback } from '../api/apps/deploymentRollback.ts'
import { oldScales } from '../api/autoscaling/oldScale.ts'
import { PodStatusResult } from '../api/core/pod/pod.ts'
import * as api from '../api/index.ts'
import type { Type } from '../schema/types.ts'

/** A kind under one version, for tests that go over all of them. */
export interface KindUnderTest {
  /** `core.v1.Pod`, `apps.v1.Deployment`: the name of its golden files. */
  readonly name: string
  readonly apiVersion: string
  readonly kind: string
  readonly type: Type
}

const kind = (group: string, version: string, name: string, type: Type): KindUnderTest => ({
  name: `${group || 'core'}.${version}.${name}`,
  apiVersion: group ? `${group}/${version}` : version,
  kind: name,
  type,
})

/** Kinds that are no resource of their own: bodies and answers of requests. */
const bodies: readonly KindUnderTest[] = [
  kind('', 'v1', 'APIGroup', api.APIGroup),
  kind('', 'v1', 'APIVersions', api.APIVersions),
  kind('', 'v1', 'CreateOptions', api.CreateOptions),
  kind('', 'v1', 'DeleteOptions', api.DeleteOptions),
  kind('', 'v1', 'GetOptions', api.GetOptions),
  kind('', 'v1', 'ListOptions', api.ListOptions),
  kind('', 'v1', 'NodeProxyOptions', api.NodeProxyOptions),
  kind('', 'v1', 'PatchOptions', api.PatchOptions),
  kind('', 'v1', 'PodAttachOptions', api.PodAttachOptions),
  kind('', 'v1', 'PodExecOptions', api.PodExecOptions),
  kind('', 'v1', 'PodPortForwardOptions', api.PodPortForwardOptions),
  kind('', 'v1', 'PodProxyOptions', api.PodProxyOptions),
  kind('', 'v1', 'PodStatusResult', PodStatusResult),
  kind('', 'v1', 'ServiceProxyOptions', api.ServiceProxyOptions),
  kind('', 'v1', 'Status', api.Status),
  kind('', 'v1', 'UpdateOptions', api.UpdateOptions),
  // It has no apiVersion and kind of its own: those of the object inside say what it is.
  { ...kind('', 'v1', 'WatchEvent', api.WatchEvent), apiVersion: '', kind: '' },
  kind('admission.k8s.io', 'v1', 'AdmissionReview', api.AdmissionReview),
  kind('admission.k8s.io', 'v1beta1', 'AdmissionReview', api.AdmissionReviewV1beta1),
  kind('apidiscovery.k8s.io', 'v2', 'APIGroupDiscovery', api.APIGroupDiscovery),
  kind('apiextensions.k8s.io', 'v1', 'ConversionReview', api.ConversionReview),
  kind('apiextensions.k8s.io', 'v1beta1', 'ConversionReview', api.ConversionReview),
  kind('authentication.k8s.io', 'v1', 'TokenRequest', api.TokenRequest),
  kind('autoscaling', 'v1', 'Scale', api.Scale),
  ...Object.entries(oldScales).map(([apiVersion, type]) => {
    const [group = '', version = ''] = apiVersion.split('/')
    return kind(group, version, 'Scale', type as Type)
  }),
  kind('apps', 'v1beta1', 'DeploymentRollback', DeploymentRollbackV1beta1),
  kind('extensions', 'v1beta1', 'DeploymentRollback', ExtensionsDeploymentRollback),
  kind('policy', 'v1', 'Eviction', api.Eviction),
  kind('policy', 'v1beta1', 'Eviction', api.Eviction),
]

/** Every kind that is declared, under each version it is served as. */
export const kindsUnderTest: readonly KindUnderTest[] = [
  ...api.resources.flatMap(({ group, version, kind: name, type, versions = [] }) => [
    kind(group, version, name, type),
    ...versions.map(served => kind(served.group, served.version, served.kind ?? name, served.type)),
  ]),
  ...bodies,
]
