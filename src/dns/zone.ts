import { namespaces } from '../api/core/namespace.ts'
import { services } from '../api/core/service.ts'
import { endpointSlices } from '../api/discovery/endpointSlice.ts'
import { serviceNameLabel } from '../api/meta/labels.ts'
import type { Informers } from '../client/informer.ts'
import type { Zone } from './answer.ts'
import { recordsOf } from './records.ts'

/** The cluster's names, straight from the caches: what changed is seen with the next question. */
export function createZone(informers: Informers, domain: string): Zone & { whenSynced(): Promise<void> } {
  const serviceInformer = informers.of(services)
  const sliceInformer = informers.of(endpointSlices)
  const namespaceInformer = informers.of(namespaces)
  serviceInformer.cache.index(
    'clusterIP',
    service => service.spec.clusterIPs ?? (service.spec.clusterIP ? [service.spec.clusterIP] : []),
  )
  sliceInformer.cache.index('service', slice => [
    `${slice.metadata.namespace}/${slice.metadata.labels?.[serviceNameLabel]}`,
  ])
  sliceInformer.cache.index('address', slice => slice.endpoints.flatMap(endpoint => endpoint.addresses))

  const service = (namespace: string, name: string) => {
    const found = serviceInformer.cache.get(`${namespace}/${name}`)
    return (
      found &&
      recordsOf(found, found.spec.clusterIP === 'None' ? sliceInformer.cache.by('service', `${namespace}/${name}`) : [])
    )
  }
  return {
    domain,
    service,
    hasNamespace: name => namespaceInformer.cache.get(name) !== undefined,
    namesOf(ip) {
      const own = serviceInformer.cache
        .by('clusterIP', ip)
        .map(each => `${each.metadata.name}.${each.metadata.namespace}.svc.${domain}`)
      if (own.length > 0) return own
      const hosts = sliceInformer.cache.by('address', ip).flatMap(slice => {
        const { namespace = '', labels } = slice.metadata
        const name = labels?.[serviceNameLabel] ?? ''
        return (service(namespace, name)?.hosts ?? [])
          .filter(host => host.ip === ip)
          .map(host => `${host.label}.${name}.${namespace}.svc.${domain}`)
      })
      return [...new Set(hosts)]
    },
    whenSynced: async () => {
      await Promise.all([serviceInformer.whenSynced(), sliceInformer.whenSynced(), namespaceInformer.whenSynced()])
    },
  }
}
