import { equal } from '../../schema/derive/equal.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { ipWarnings } from '../core/addresses.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { hostnameLabel, sameLabels } from '../meta/labels.ts'
import { resource } from '../resource.ts'
import { EndpointSlice } from './endpointSliceType.ts'
import { endpointSliceV1beta1 } from './endpointSliceV1beta1.ts'
import { endpointSliceRules } from './rules.ts'

export {
  Endpoint,
  EndpointConditions,
  EndpointHints,
  EndpointSlice,
  EndpointSliceList,
  EndpointSlicePort,
  ForNode,
  ForZone,
} from './endpointSliceType.ts'

const shown = 3

/** The first few of a list, and how many more there are. */
function firstOf(all: readonly string[]): string {
  const first = all.slice(0, shown).join(',')
  return all.length > shown ? `${first} + ${all.length - shown} more...` : first || '<unset>'
}

/** The node's name was once kept among the topology labels, which are not written any more. */
function dropTopology(slice: EndpointSlice, old?: EndpointSlice): void {
  if (old && equal(old.endpoints, slice.endpoints)) return
  const known = new Set(old?.endpoints.map(endpoint => endpoint.deprecatedTopology?.[hostnameLabel]))
  for (const endpoint of slice.endpoints) {
    const node = endpoint.deprecatedTopology?.[hostnameLabel]
    if (endpoint.nodeName === undefined && node && known.has(node)) endpoint.nodeName = node
    delete endpoint.deprecatedTopology
  }
}

function warnings(slice: EndpointSlice, old: EndpointSlice | undefined): string[] {
  const told = !old && slice.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []
  return [
    ...told,
    ...slice.endpoints.flatMap((endpoint, i) =>
      endpoint.addresses.flatMap((address, n) => ipWarnings(address, `endpoints[${i}].addresses[${n}]`)),
    ),
  ]
}

/** Some of the endpoints behind a Service. */
export const endpointSlices = resource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  type: EndpointSlice,
  rules: endpointSliceRules,
  changes: {
    create: slice => dropTopology(slice),
    update(slice, old) {
      dropTopology(slice, old)
      if (
        slice.metadata.generation === old.metadata.generation &&
        !sameLabels(slice.metadata.labels, old.metadata.labels)
      )
        slice.metadata.generation = (old.metadata.generation ?? 0) + 1
    },
    updateRules: (slice, old) =>
      slice.addressType === old.addressType
        ? []
        : [invalid(at('addressType'), slice.addressType, 'field is immutable')],
    warnings,
  },
  columns: [
    nameColumn,
    {
      name: 'AddressType',
      type: 'string',
      description: 'Kind of the addresses.',
      cell: ({ addressType }) => addressType,
    },
    {
      name: 'Ports',
      type: 'string',
      description: 'The first few ports.',
      cell: ({ ports }) => firstOf(ports.map(({ port, name }) => (port !== undefined ? String(port) : (name ?? '*')))),
    },
    {
      name: 'Endpoints',
      type: 'string',
      description: 'The first few addresses.',
      cell: ({ endpoints }) => firstOf(endpoints.flatMap(endpoint => endpoint.addresses)),
    },
    ageColumn,
  ],
  generation: true,
  versions: [endpointSliceV1beta1],
})
