import { nodeAddress, nodeReady } from '../../api/core/node/readiness.ts'
import { nodes } from '../../api/core/node/resource.ts'
import { services } from '../../api/core/service.ts'
import { type EndpointSlice, endpointSlices } from '../../api/discovery/endpointSlice.ts'
import { endpointSliceManagedByLabel, serviceNameLabel } from '../../api/meta/labels.ts'
import { controllerReference } from '../../api/meta/owners.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'

const namespace = 'kube-system'
const name = 'kube-dns'
const key = `${namespace}/${name}`
/** Where the agent of every node serves DNS. */
export const dnsPort = 10053
const managedBy = 'cluster-dns.caravel.dev'
const port = (protocol: 'UDP' | 'TCP') => ({
  name: protocol === 'UDP' ? 'dns' : 'dns-tcp',
  protocol,
  port: 53,
  targetPort: dnsPort,
})

/**
 * Keeps the Service kube-dns at the cluster's DNS address, with every node's own DNS server behind it. Pods are answered
 * by their own node: the service's internal traffic stays there.
 */
function create({ client, informers, options }: ControllerContext): Controller[] {
  const { dnsAddress } = options
  if (dnsAddress === undefined) return []
  const nodeInformer = informers.of(nodes)
  const serviceInformer = informers.of(services)
  const slices = informers.of(endpointSlices)

  const ensureService = async () => {
    const there = serviceInformer.cache.get(key)
    if (there) return there
    const labels = { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' }
    return client.of(services).create({
      metadata: { name, namespace, labels },
      spec: {
        clusterIP: dnsAddress,
        clusterIPs: [dnsAddress],
        internalTrafficPolicy: 'Local',
        ports: [port('UDP'), port('TCP')],
      },
    })
  }
  const endpointsOf = (): EndpointSlice['endpoints'] =>
    nodeInformer.cache
      .list()
      .filter(node => !node.metadata.labels?.['caravel.dev/simulated'])
      .flatMap(node => {
        const address = nodeAddress(node, 'InternalIP')
        const ready = nodeReady(node)
        return address
          ? [
              {
                addresses: [address],
                nodeName: node.metadata.name ?? '',
                conditions: { ready, serving: ready, terminating: false },
              },
            ]
          : []
      })
      .sort((a, b) => (a.nodeName < b.nodeName ? -1 : 1))

  return [
    {
      name: 'cluster-dns',
      workers: 1,
      watches: [
        watching(nodeInformer, ({ object, before }) =>
          before && nodeReady(before) === nodeReady(object) && equal(before.status.addresses, object.status.addresses)
            ? []
            : [key],
        ),
        watching(serviceInformer, ({ type, object }) =>
          type === 'removed' && object.metadata.name === name && object.metadata.namespace === namespace ? [key] : [],
        ),
        watching(slices, ({ type, object }) =>
          type === 'removed' && object.metadata.name === name && object.metadata.namespace === namespace ? [key] : [],
        ),
      ],
      async reconcile() {
        const service = await ensureService()
        const endpoints = endpointsOf()
        const there = slices.cache.get(key)
        const labels = {
          [serviceNameLabel]: name,
          [endpointSliceManagedByLabel]: managedBy,
          'k8s-app': 'kube-dns',
        }
        const ports = [port('UDP'), port('TCP')].map(each => ({
          name: each.name,
          protocol: each.protocol,
          port: dnsPort,
        }))
        const wanted = { addressType: 'IPv4' as const, endpoints, ports }
        try {
          if (!there)
            await client.of(endpointSlices).create({
              metadata: { name, namespace, labels, ownerReferences: [controllerReference(service, services)] },
              ...wanted,
            })
          else if (!equal(there.endpoints, endpoints)) await client.of(endpointSlices).update({ ...there, ...wanted })
        } catch (error) {
          if (!is(error, 'AlreadyExists')) throw error
        }
        return undefined
      },
    },
  ]
}

export const clusterdns: ControllerModule = {
  name: 'cluster-dns-controller',
  account: 'cluster-dns-controller',
  create,
}
