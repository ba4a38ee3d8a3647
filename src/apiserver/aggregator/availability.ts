import { type Available, isAvailable, locallyAvailable, withAvailable } from '../../api/apiregistration/available.ts'
import { type APIService, apiServices, type EndpointSlice, endpointSlices, services } from '../../api/index.ts'
import { serviceNameLabel } from '../../api/meta/labels.ts'
import { is } from '../../api/meta/statusError.ts'
import { type BackoffOptions, backoffDelay } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.ts'
import type { Client } from '../../client/client.ts'
import type { Controller, Watch } from '../../client/controller.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { ObjectReader } from '../contract.ts'
import type { AvailabilityMeter } from './meter.ts'
import { probe } from './probe.ts'
import type { ForeignServers } from './servers.ts'

export interface AvailabilityDeps {
  readonly client: Client
  readonly objects: ObjectReader
  readonly servers: ForeignServers
  readonly clock: Clock
  /** Tell the names of APIServices to look at. */
  readonly watches: readonly Watch[]
  readonly meter?: AvailabilityMeter
}

/** Servers are asked again so often, whatever is told of them. Milliseconds. */
const period = 30_000
const retry: BackoffOptions = { baseMilliseconds: 100, capMilliseconds: period }

/** Says on each APIService whether its version can be asked for. */
export function availabilityController({
  client,
  objects,
  servers,
  clock,
  watches,
  meter,
}: AvailabilityDeps): Controller {
  const requests = client.of(apiServices)
  const failures = new Map<string, number>()

  const look = async (service: APIService): Promise<Available> => {
    const server = servers.of(service)
    if (!server) return locallyAvailable
    const hindrance = hindranceTo(service, objects)
    if (hindrance) return hindrance
    const failure = await probe(server, service)
    return failure === undefined
      ? { status: 'True', reason: 'Passed', message: 'all checks passed' }
      : { status: 'False', reason: 'FailedDiscoveryCheck', message: failure }
  }
  return {
    name: 'apiservice-availability',
    workers: 5,
    watches,
    async reconcile(name) {
      const service = objects.get(apiServices, undefined, name)
      if (!service) {
        failures.delete(name)
        servers.forget(name)
        meter?.forget(name)
        return undefined
      }
      const available = await look(service)
      meter?.now(name, available)
      const next = withAvailable(service, available, formatTime(clock.now()))
      if (next !== service) {
        try {
          await requests.updateStatus(next)
          if (available.status !== 'True' && isAvailable(service)) meter?.lost(name, available.reason)
        } catch (error) {
          if (!is(error, 'NotFound')) throw error
        }
      }
      if (!service.spec.service) return undefined
      if (available.reason !== 'FailedDiscoveryCheck') {
        failures.delete(name)
        return { again: period }
      }
      const before = failures.get(name) ?? 0
      failures.set(name, before + 1)
      return { again: backoffDelay(retry, before) }
    },
  }
}

/** What stands in the way before the server itself is asked. */
export function hindranceTo({ spec: { service } }: APIService, objects: ObjectReader): Available | undefined {
  const { namespace = '', name = '', port = 443 } = service ?? {}
  const what = `service/${name} in ${JSON.stringify(namespace)}`
  const no = (reason: string, message: string): Available => ({ status: 'False', reason, message })
  const found = objects.get(services, namespace, name)
  if (!found) return no('ServiceNotFound', `${what} is not present`)
  if ((found.spec.type ?? 'ClusterIP') !== 'ClusterIP') return undefined
  const listening = found.spec.ports?.find(each => each.port === port)
  if (!listening) return no('ServicePortError', `${what} is not listening on port ${port}`)
  const slices = objects
    .list(endpointSlices, namespace)
    .filter(({ metadata }) => metadata.labels?.[serviceNameLabel] === name)
  if (slices.length === 0) return no('EndpointsNotFound', `cannot find endpointslices for ${what}`)
  const portName = listening.name ?? ''
  if (slices.some(slice => isReady(slice, portName))) return undefined
  const words = `endpointslices for ${what} have no addresses with port name ${JSON.stringify(portName)}`
  return no('MissingEndpoints', words)
}

const isReady = ({ endpoints, ports = [] }: EndpointSlice, portName: string): boolean =>
  endpoints.some(({ conditions }) => conditions?.ready !== false) &&
  ports.some(({ name = '', port }) => name === portName && port !== undefined)
