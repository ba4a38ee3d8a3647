import { Agent } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { type Service, services } from '../../api/index.ts'
import { serviceUnavailable } from '../../api/meta/statusError.ts'
import type { ObjectReader } from '../contract.ts'
import type { NodeDialer } from '../subresources/index.ts'
import { servicePorts } from '../subresources/proxy.ts'

/** A port of a Service. */
export interface ServicePlace {
  readonly namespace: string
  readonly name: string
  readonly port: number
}

/** The name that the certificate of what is behind a Service must be for. */
export const serviceHost = ({ namespace, name }: Pick<ServicePlace, 'namespace' | 'name'>) => `${name}.${namespace}.svc`

/** Opens a connection to one of the ready endpoints of a Service: the server need not reach its virtual address. */
export type ServiceDialer = (place: ServicePlace, milliseconds: number) => Promise<Duplex>

/** Milliseconds after which another endpoint is tried, where there is one. */
const patience = 2000

/** Endpoints are taken in turns; one that takes no connection is passed over. */
export function serviceDialer(objects: ObjectReader, dialer: Pick<NodeDialer, 'network'> | undefined): ServiceDialer {
  let turn = 0
  return async (place, milliseconds) => {
    if (!dialer) throw new Error('this server has no way to the pod network')
    const all = addressesOf(objects, place)
    const first = turn++
    const until = performance.now() + milliseconds
    for (let tried = 1; ; tried++) {
      const address = all[(first + tried) % all.length]
      if (!address) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(place.name)}`)
      const left = Math.max(until - performance.now(), 1)
      const last = tried >= all.length || left <= patience
      try {
        return await dialer.network({ ...address, tls: false }, AbortSignal.timeout(last ? Math.ceil(left) : patience))
      } catch (error) {
        if (last) throw error
      }
    }
  }
}

function addressesOf(objects: ObjectReader, { namespace, name, port }: ServicePlace) {
  const found: Service | undefined = objects.get(services, namespace, name)
  if (!found) throw new Error(`service ${JSON.stringify(name)} not found`)
  if (found.spec.type !== 'ExternalName' && !found.spec.ports?.some(each => each.port === port))
    throw serviceUnavailable(`no service port ${port} found for service ${JSON.stringify(name)}`)
  return found.spec.type === 'ExternalName' && found.spec.externalName
    ? [{ host: found.spec.externalName, port }]
    : servicePorts(objects, namespace, name, String(port))
}

/** How a connection is made safe. */
export interface ServiceTls {
  /** The certificate is that of the Service's name, whatever endpoint is dialed. */
  readonly servername: string
  /** PEM; those of the system when absent. */
  readonly ca?: string
  /** False: any certificate will do. */
  readonly rejectUnauthorized?: boolean
  /** What is shown of oneself, PEM. */
  readonly cert?: string
  readonly key?: string
}

/** Keeps connections that are made so; `tls` is asked for each. */
export function serviceAgent(dial: () => Promise<Duplex>, tls: () => ServiceTls, maxSockets = Infinity): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets })
  agent.createConnection = (_, connected) => {
    dial().then(
      socket => connected?.(null, connectTls({ socket, ...tls() })),
      error => connected?.(error as Error, undefined as never),
    )
    return undefined
  }
  return agent
}
