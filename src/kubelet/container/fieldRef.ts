import { milliValue } from '../../schema/scalars/quantity.ts'
import type { Container, Pod } from '../pod.ts'

/** Addresses that a pod may ask for. The first is the main one. */
export interface Addresses {
  readonly podIPs: readonly string[]
  readonly hostIPs: readonly string[]
}

/** What a container counts as its limits when it has none: the node's allocatable. Quantities by resource name. */
export type Allocatable = Readonly<Record<string, string>>

/** Labels or annotations as the downward API writes them: sorted lines of `key="value"`. */
export const formatMap = (map: Readonly<Record<string, string>> = {}): string =>
  Object.keys(map)
    .sort()
    .map(key => `${key}=${JSON.stringify(map[key])}`)
    .join('\n')

const subscripted = /^(.+?)\['(.*)'\]$/s

/** A field of the pod as text. Throws for paths that the downward API doesn't offer. */
export function fieldValue(pod: Pod, fieldPath: string, { podIPs, hostIPs }: Addresses): string {
  const { metadata, spec } = pod
  const [, path, key] = subscripted.exec(fieldPath) ?? []
  if (path !== undefined && key !== undefined) {
    if (path === 'metadata.labels') return metadata.labels?.[key] ?? ''
    if (path === 'metadata.annotations') return metadata.annotations?.[key] ?? ''
    throw new Error(`fieldPath ${JSON.stringify(fieldPath)} does not support subscript`)
  }
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name ?? ''
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'metadata.labels':
      return formatMap(metadata.labels)
    case 'metadata.annotations':
      return formatMap(metadata.annotations)
    case 'spec.nodeName':
      return spec.nodeName ?? ''
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? ''
    case 'status.hostIP':
      return hostIPs[0] ?? ''
    case 'status.hostIPs':
      return hostIPs.join(',')
    case 'status.podIP':
      return podIPs[0] ?? ''
    case 'status.podIPs':
      return podIPs.join(',')
  }
  throw new Error(`unsupported fieldPath: ${fieldPath}`)
}

/** A request or limit of a container in units of the divisor, rounded up. Throws for names that are not offered. */
export function resourceValue(
  container: Container,
  resource: string,
  divisor: string | undefined,
  allocatable: Allocatable,
): string {
  const [, kind, name] = /^(requests|limits)\.(.+)$/.exec(resource) ?? []
  const known = name !== undefined && (/^(cpu|memory|ephemeral-storage)$/.test(name) || name.startsWith('hugepages-'))
  if (!known) throw new Error(`unsupported container resource : ${resource}`)
  const own = container.resources?.[kind as 'requests' | 'limits']?.[name]
  // Without a limit a container may use what the node has.
  const quantity = own ?? (kind === 'limits' ? allocatable[name] : undefined) ?? '0'
  const unit = milliValue(divisor ?? '0') || 1000
  return String(Math.ceil(milliValue(quantity) / unit))
}
