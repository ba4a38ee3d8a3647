import { familyOf, needsClusterIP } from '../../../api/core/service/shape.ts'
import { type IPAddress, ipAddresses, type Service, serviceCIDRs, services } from '../../../api/index.ts'
import { is } from '../../../api/meta/statusError.ts'
import { ipFamilyLabel, isOfAllocator, serviceAddress, withAddress } from '../../../api/networking/serviceRanges.ts'
import { canonicalIP } from '../../../base/ip.ts'
import type { RepairDeps } from './index.ts'

/**
 * Milliseconds that a request may take: until then an address that its service does not have may be of one that is being
 * made or changed. Upstream waits less where the service is there, and then takes away what a slow change is to get.
 */
const grace = 60_000
const reason = 'ClusterIPNotAllocated'

/**
 * Makes sure that every address of a service is kept for it by an IPAddress. What is missing is made, what is another's
 * is told of. Upstream's `RepairIPAddress.syncService`.
 */
export async function repairService(deps: RepairDeps, namespace: string, name: string): Promise<void> {
  const cached = deps.objects.get(services, namespace, name)
  if (!cached || !needsClusterIP(cached) || !cached.spec.clusterIP || cached.spec.clusterIP === 'None') return
  for (const text of cached.spec.clusterIPs ?? []) await repairClusterIP(deps, cached, text)
}

async function repairClusterIP(deps: RepairDeps, service: Service, text: string): Promise<void> {
  const { objects, events, client } = deps
  const { namespace = '', name = '' } = service.metadata
  const warn = (why: string, words: string) => events.addresses.record(service, 'Warning', why, words)
  const address = canonicalIP(text)
  if (!address) return warn('ClusterIPNotValid', `Cluster IP ${text} is not a valid IP; please recreate Service`)
  const family = familyOf(address)
  if (withAddress(objects.list(serviceCIDRs), address).length === 0) {
    const words = `Cluster IP [${family}]: ${address} is not within any configured Service CIDR; please recreate service`
    return warn('ClusterIPOutOfRange', words)
  }
  const own = client.of(ipAddresses)
  const wanted = serviceAddress(address, { namespace, name })
  const cached = objects.get(ipAddresses, undefined, address)
  if (serves(cached, service, family)) return
  // Only the store knows whether that is so still.
  const found = cached && (await lookUp(own.get(address)))
  if (serves(found, service, family)) return
  // What is written about the service may be on its way here still.
  const current = async () => {
    const now = await lookUp(client.of(services).get(name, { namespace }))
    return now?.spec.clusterIPs?.includes(text) === true
  }
  if (!found) {
    if (!(await current())) return
    if (await created(own.create(wanted)))
      return warn(reason, `Cluster IP [${family}]: ${address} is not allocated; repairing`)
    if (serves(await lookUp(own.get(address)), service, family)) return
    throw new Error(`${address} of Service ${namespace}/${name} was kept for something else meanwhile`)
  }
  const remake = async () => {
    if (!(await current())) return
    await gone(own.delete(address, preconditions(found)))
    await created(own.create(wanted))
  }
  const wrong = `the ClusterIP [${family}]: ${address} for Service ${namespace}/${name} has a wrong reference; repairing`
  const { group = '', resource = '', namespace: ofNamespace = '', name: ofName = '' } = found.spec.parentRef ?? {}
  if (group !== '' || resource !== 'services') {
    warn(reason, wrong)
    return remake()
  }
  if (ofNamespace !== namespace || ofName !== name) {
    const other = objects.get(services, ofNamespace, ofName)
    if (!other) {
      warn(reason, wrong)
      return remake()
    }
    if (other.spec.clusterIPs?.some(each => canonicalIP(each) === address)) {
      const words = `Cluster IP [${family}]:${address} was assigned to multiple services; please recreate service`
      return warn('ClusterIPAlreadyAllocated', words)
    }
  }
  await remake()
}

/** Whether it is as the allocator made it for this service. */
function serves(address: IPAddress | undefined, { metadata }: Service, family: string): boolean {
  const { group = '', resource, namespace, name } = address?.spec.parentRef ?? {}
  return (
    address !== undefined &&
    group === '' &&
    resource === 'services' &&
    namespace === metadata.namespace &&
    name === metadata.name &&
    isOfAllocator(address) &&
    address.metadata.labels?.[ipFamilyLabel] === family
  )
}

/**
 * Takes away an address that the allocator made and no service has. Says after how many milliseconds to look again,
 * where it may still be of a service that is being made. Upstream's `RepairIPAddress.syncIPAddress`.
 */
export async function repairAddress(deps: RepairDeps, name: string): Promise<number | undefined> {
  const { objects, events, client, clock } = deps
  const found = objects.get(ipAddresses, undefined, name)
  if (!found || !isOfAllocator(found)) return undefined
  const remove = async (why: string, words: string) => {
    events.addresses.record(found, 'Warning', why, words)
    await gone(client.of(ipAddresses).delete(name, preconditions(found)))
    return undefined
  }
  const ref = found.spec.parentRef ?? {}
  const { group = '', resource = '', namespace = '', name: parent = '' } = ref
  if (group !== '' || resource !== 'services') {
    const words = `appears to have been modified, not referencing a Service ${goText(ref)}: cleaning up`
    return remove('IPAddressNotAllocated', `IPAddress ${name} ${words}`)
  }
  const age = clock.now() - Date.parse(found.metadata.creationTimestamp ?? '')
  const service = objects.get(services, namespace, parent)
  const has = (each: Service | undefined) => each?.spec.clusterIPs?.some(ip => canonicalIP(ip) === name) === true
  if (has(service)) return undefined
  if (age <= grace) return grace - age + 1
  // The store has the last word.
  const now = await lookUp(client.of(services).get(parent, { namespace }))
  if (has(now)) return undefined
  const of = `IPAddress: ${name} for Service ${namespace}/${parent}`
  return now
    ? remove('IPAddressWrongReference', `${of} has a wrong reference; cleaning up`)
    : remove('IPAddressNotAllocated', `${of} appears to have leaked: cleaning up`)
}

/** The reference as Go prints it. */
const goText = ({
  group = '',
  resource = '',
  namespace = '',
  name = '',
}: NonNullable<IPAddress['spec']['parentRef']>) =>
  `&ParentReference{Group:${group},Resource:${resource},Namespace:${namespace},Name:${name},}`

const preconditions = ({ metadata }: IPAddress) =>
  metadata.uid === undefined ? {} : { preconditions: { uid: metadata.uid } }

/** Undefined: it is not there. */
async function lookUp<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (is(error, 'NotFound')) return undefined
    throw error
  }
}

/** Whether it was made now: another server may have been faster. */
async function created(making: Promise<unknown>): Promise<boolean> {
  try {
    await making
    return true
  } catch (error) {
    if (is(error, 'AlreadyExists')) return false
    throw error
  }
}

/** That it is gone already, or is another one now, is as well. */
async function gone(deleting: Promise<unknown>): Promise<void> {
  try {
    await deleting
  } catch (error) {
    if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
  }
}
