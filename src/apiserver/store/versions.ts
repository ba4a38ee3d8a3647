import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource, ServedVersion } from '../../api/resource.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'

type Version = ServedVersion<KubeObject>

/** `v1`, `apps/v1beta1`: how objects of another version name it. */
export const apiVersionOf = ({ group, version }: { readonly group: string; readonly version: string }): string =>
  group ? `${group}/${version}` : version

/** The version of a kind that objects of this apiVersion are in; undefined: there is no such version of it. */
export const versionOf = (resource: Resource, apiVersion: string): Version | undefined =>
  resource.versions?.find(version => apiVersionOf(version) === apiVersion) as Version | undefined

/** From another version, decoded (or the kind's own, when absent), to the kind's own with all defaults. */
export function toStorageVersion(resource: Resource, version: Version | undefined, object: unknown): KubeObject {
  let result = object as KubeObject
  if (version) {
    applyDefaults(version.type, object)
    version.defaults?.(object as never)
    result = version.up(object)
  }
  applyDefaults(resource.type, result)
  resource.defaults?.(result)
  return { ...result, apiVersion: resource.apiVersion, kind: resource.kind }
}

/**
 * Kinds that upstream v1.36 stores in another version than the newest it serves: so that the release before still reads
 * them, or because their server never changed. What the discovery of a running server says (`storageVersionHash`).
 */
const storedElsewhere: Readonly<Record<string, string>> = {
  'customresourcedefinitions.apiextensions.k8s.io': 'apiextensions.k8s.io/v1beta1',
  'devicetaintrules.resource.k8s.io': 'resource.k8s.io/v1alpha3',
  'mutatingadmissionpolicies.admissionregistration.k8s.io': 'admissionregistration.k8s.io/v1beta1',
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io': 'admissionregistration.k8s.io/v1beta1',
}

/** The version that upstream stores a kind in; undefined: the kind's own. */
export function upstreamVersion(resource: Resource): Version | undefined {
  const apiVersion = storedElsewhere[resource.qualified]
  return apiVersion === undefined ? undefined : versionOf(resource, apiVersion)
}
