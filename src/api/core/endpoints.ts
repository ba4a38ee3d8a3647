import { equal } from '../../schema/derive/equal.ts'
import { fields, int32, list, object, one, oneOf, root, string } from '../../schema/fields.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain, portNumber, qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path, RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { endpointIpRules, ipRules, ipWarnings } from './addresses.ts'
import { ObjectReference } from './references.ts'
import { repackSubsets } from './subsets.ts'

const endpointAddress = fields({
  /** Address; not a loopback, link-local or multicast one. */
  ip: string(1, { always: true }),
  /** Host name of the endpoint. */
  hostname: string(3),
  /** Node the endpoint is on. */
  nodeName: string(4, { pointer: true }),
  /** Object behind the address. */
  targetRef: one(2, ObjectReference, { pointer: true }),
})
export interface EndpointAddress extends Shape<typeof endpointAddress> {}
export const EndpointAddress: Type<EndpointAddress> = object('io.k8s.api.core.v1.EndpointAddress', endpointAddress, {
  atomic: true,
})

const endpointPort = fields({
  /** Name of the service's port. */
  name: string(1),
  /** Port number. */
  port: int32(2, { always: true }),
  /** Transport protocol. */
  protocol: oneOf(3, ['TCP', 'UDP', 'SCTP'], { default: 'TCP' }),
  /** Application protocol, as a hint to implementations. */
  appProtocol: string(4, { pointer: true }),
})
export interface EndpointPort extends Shape<typeof endpointPort> {}
export const EndpointPort: Type<EndpointPort> = object('io.k8s.api.core.v1.EndpointPort', endpointPort, {
  atomic: true,
})

const endpointSubset = fields({
  /** Addresses that take traffic. */
  addresses: list(1, EndpointAddress, { listType: 'atomic' }),
  /** Addresses that take none for now. */
  notReadyAddresses: list(2, EndpointAddress, { listType: 'atomic' }),
  /** Ports at each of the addresses. */
  ports: list(3, EndpointPort, { listType: 'atomic' }),
})
export interface EndpointSubset extends Shape<typeof endpointSubset> {}
export const EndpointSubset: Type<EndpointSubset> = object('io.k8s.api.core.v1.EndpointSubset', endpointSubset)

const endpointsFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Every address of a subset has every port of it. */
  subsets: list(2, EndpointSubset, { listType: 'atomic' }),
})
export interface Endpoints extends RootShape<typeof endpointsFields> {}
export const Endpoints: Type<Endpoints> = root('io.k8s.api.core.v1.Endpoints', endpointsFields)

const endpointsList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Endpoints, { always: true }),
})
export interface EndpointsList extends RootShape<typeof endpointsList> {}
export const EndpointsList: Type<EndpointsList> = root('io.k8s.api.core.v1.EndpointsList', endpointsList)

function addressRules(address: EndpointAddress, path: Path): FieldError[] {
  const errors = ipRules(address.ip, path.child('ip'))
  if (address.hostname)
    errors.push(...dnsLabel(address.hostname).map(detail => invalid(path.child('hostname'), address.hostname, detail)))
  if (address.nodeName !== undefined)
    errors.push(
      ...dnsSubdomain(address.nodeName).map(detail => invalid(path.child('nodeName'), address.nodeName, detail)),
    )
  return [...errors, ...endpointIpRules(address.ip, path.child('ip'))]
}

function portRules({ name, port, appProtocol }: EndpointPort, named: boolean, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (name) errors.push(...dnsLabel(name).map(detail => invalid(path.child('name'), name, detail)))
  else if (named) errors.push(required(path.child('name')))
  errors.push(...portNumber(port).map(detail => invalid(path.child('port'), port, detail)))
  if (appProtocol !== undefined)
    errors.push(...qualifiedName(appProtocol).map(detail => invalid(path.child('appProtocol'), appProtocol, detail)))
  return errors
}

/** Rules of Endpoints; what an update leaves as it was is let through. */
function endpointsRules({ subsets = [] }: Endpoints, old: Endpoints | undefined): readonly FieldError[] {
  if (old && equal(old.subsets ?? [], subsets)) return []
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const path = at('subsets').index(i)
    return [
      ...(addresses.length + notReadyAddresses.length
        ? []
        : [required(path, 'must specify `addresses` or `notReadyAddresses`')]),
      ...addresses.flatMap((address, n) => addressRules(address, path.child('addresses').index(n))),
      ...notReadyAddresses.flatMap((address, n) => addressRules(address, path.child('notReadyAddresses').index(n))),
      ...ports.flatMap((port, n) => portRules(port, ports.length > 1, path.child('ports').index(n))),
    ]
  })
}

const shown = 3

/** The first few addresses with their ports. */
function formatEndpoints({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>'
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length
      ? ports.flatMap(({ port }) => addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)))
      : addresses.map(({ ip }) => ip),
  )
  const first = all.slice(0, shown).join(',')
  return all.length > shown ? `${first} + ${all.length - shown} more...` : first
}

const repack = (object: Endpoints) => {
  if (object.subsets?.length) object.subsets = repackSubsets(object.subsets)
}

const warnings = ({ subsets = [] }: Endpoints): string[] =>
  subsets.flatMap(({ addresses = [], notReadyAddresses = [] }, i) => [
    ...addresses.flatMap(({ ip }, n) => ipWarnings(ip, `subsets[${i}].addresses[${n}].ip`)),
    ...notReadyAddresses.flatMap(({ ip }, n) => ipWarnings(ip, `subsets[${i}].notReadyAddresses[${n}].ip`)),
  ])

/** Addresses behind a Service, in the older form; EndpointSlice is the newer one. */
export const endpoints = resource<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  short: ['ep'],
  namespaced: true,
  type: Endpoints,
  rules: endpointsRules,
  changes: {
    create: repack,
    update: repack,
    warnings,
  },
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  columns: [
    nameColumn,
    { name: 'Endpoints', type: 'string', description: 'The first few addresses.', cell: formatEndpoints },
    ageColumn,
  ],
  createOnUpdate: true,
  storagePrefix: 'services/endpoints',
})
