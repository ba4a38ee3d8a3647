import {
  type EndpointSlice,
  type Endpoints,
  endpointSlices,
  endpoints,
  type Service,
  services,
} from '../../api/index.ts'
import { serviceNameLabel, skipMirrorLabel } from '../../api/meta/labels.ts'
import { parseIP } from '../../base/ip.ts'
import { type BootstrapDeps, ensure } from './ensure.ts'

export interface KubernetesService {
  /** The first address of the service range. */
  readonly clusterIP: string
  /** Where API servers listen, as pods reach them: addresses of the nodes' network. */
  readonly addresses: readonly string[]
  readonly port: number
}

const name = 'kubernetes'
const namespace = 'default'
const portName = 'https'

/**
 * Makes the Service by which pods find the API server, and keeps its endpoints to the advertised addresses: called at
 * start and whenever they change (`controlplane/reconcilers`).
 */
export async function ensureKubernetesService(deps: BootstrapDeps, options: KubernetesService): Promise<void> {
  await Promise.all([
    ensure(deps, services, service(options)),
    ensure(deps, endpoints, endpointsOf(options), stored => ({ ...endpointsOf(options), metadata: stored.metadata })),
    ensure(deps, endpointSlices, sliceOf(options), stored => ({ ...sliceOf(options), metadata: stored.metadata })),
  ])
}

function service({ clusterIP, port }: KubernetesService): Service {
  const family = familyOf(clusterIP)
  return {
    metadata: { name, namespace, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ipFamilies: [family],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      ports: [{ name: portName, port: 443, protocol: 'TCP', targetPort: port }],
    },
    status: { loadBalancer: {} },
  }
}

const skipMirror = { [skipMirrorLabel]: 'true' }

function endpointsOf({ addresses, port }: KubernetesService): Endpoints {
  return {
    metadata: { name, namespace, labels: { ...skipMirror } },
    ...(addresses.length > 0
      ? { subsets: [{ addresses: addresses.map(ip => ({ ip })), ports: [{ name: portName, port, protocol: 'TCP' }] }] }
      : {}),
  }
}

function sliceOf({ addresses, port, clusterIP }: KubernetesService): EndpointSlice {
  const family = familyOf(clusterIP)
  return {
    metadata: { name, namespace, labels: { [serviceNameLabel]: name } },
    addressType: family,
    endpoints: addresses
      .filter(address => familyOf(address) === family)
      .map(address => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ name: portName, port, protocol: 'TCP' }],
  }
}

const familyOf = (address: string) => (parseIP(address)?.family === 6 ? 'IPv6' : 'IPv4')
