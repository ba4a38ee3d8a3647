import { containsCIDR, parseCIDR } from '../../base/cidr.ts'
import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { portName, portNumber } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { labelSelectorRules, selectorOfLabelSelector, selectorToString } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { type IPBlock, NetworkPolicy, type NetworkPolicyPeer, type NetworkPolicyPort } from './networkPolicyType.ts'

export { NetworkPolicy, NetworkPolicyList } from './networkPolicyType.ts'

function defaults({ spec }: NetworkPolicy): void {
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
    for (const port of ports ?? []) port.protocol ??= 'TCP'
  if ((spec.policyTypes ?? []).length > 0) return
  spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

function portRules({ protocol, port, endPort }: NetworkPolicyPort, path: Path): readonly FieldError[] {
  const errors: FieldError[] = []
  if (protocol !== undefined && !['SCTP', 'TCP', 'UDP'].includes(protocol))
    errors.push(notSupported(path.child('protocol'), protocol, ['SCTP', 'TCP', 'UDP']))
  if (typeof port === 'number') {
    errors.push(...portNumber(port).map(why => invalid(path.child('port'), port, why)))
    if (endPort !== undefined) {
      if (endPort < port)
        errors.push(invalid(path.child('endPort'), endPort, 'must be greater than or equal to `port`'))
      errors.push(...portNumber(endPort).map(why => invalid(path.child('endPort'), endPort, why)))
    }
  } else if (typeof port === 'string') {
    if (endPort !== undefined)
      errors.push(invalid(path.child('endPort'), endPort, 'may not be specified when `port` is non-numeric'))
    errors.push(...portName(port).map(why => invalid(path.child('port'), port, why)))
  } else if (endPort !== undefined)
    errors.push(invalid(path.child('endPort'), endPort, 'may not be specified when `port` is not specified'))
  return errors
}

const cidrProblem = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'

function blockRules({ cidr, except = [] }: IPBlock, path: Path): readonly FieldError[] {
  if (!cidr) return [required(path.child('cidr'))]
  const whole = parseCIDR(cidr)
  if (!whole) return [invalid(path.child('cidr'), cidr, cidrProblem)]
  return except.flatMap((each, index) => {
    const place = path.child('except').index(index)
    const part = parseCIDR(each)
    if (!part) return [invalid(place, each, cidrProblem)]
    return containsCIDR(whole, part) && part.prefix > whole.prefix
      ? []
      : [invalid(place, each, `must be a strict subset of \`cidr\``)]
  })
}

function peerRules({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, path: Path): readonly FieldError[] {
  const errors: FieldError[] = []
  if (podSelector) errors.push(...labelSelectorRules(podSelector, path.child('podSelector')))
  if (namespaceSelector) errors.push(...labelSelectorRules(namespaceSelector, path.child('namespaceSelector')))
  if (ipBlock) errors.push(...blockRules(ipBlock, path.child('ipBlock')))
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'))
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'))
  return errors
}

/** Of upstream's `ValidateNetworkPolicySpec`. */
function rules({ spec }: NetworkPolicy): readonly FieldError[] {
  const path = at('spec')
  const errors: FieldError[] = [...labelSelectorRules(spec.podSelector, path.child('podSelector'))]
  for (const [index, { ports = [], from = [] }] of (spec.ingress ?? []).entries()) {
    const place = path.child('ingress').index(index)
    errors.push(...ports.flatMap((port, i) => portRules(port, place.child('ports').index(i))))
    errors.push(...from.flatMap((peer, i) => peerRules(peer, place.child('from').index(i))))
  }
  for (const [index, { ports = [], to = [] }] of (spec.egress ?? []).entries()) {
    const place = path.child('egress').index(index)
    errors.push(...ports.flatMap((port, i) => portRules(port, place.child('ports').index(i))))
    errors.push(...to.flatMap((peer, i) => peerRules(peer, place.child('to').index(i))))
  }
  const types = spec.policyTypes ?? []
  if (types.length > 2)
    return [...errors, invalid(path.child('policyTypes'), types, 'may not specify more than two policyTypes')]
  for (const [index, type] of types.entries())
    if (type !== 'Ingress' && type !== 'Egress')
      errors.push(notSupported(path.child('policyTypes').index(index), type, ['Egress', 'Ingress']))
  return errors
}

/** Who may talk to whom. */
export const networkPolicies = resource<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  short: ['netpol'],
  namespaced: true,
  type: NetworkPolicy,
  generation: true,
  defaults,
  rules,
  columns: [
    nameColumn,
    {
      name: 'Pod-Selector',
      type: 'string',
      description: 'Pods it is about.',
      cell: ({ spec }) => selectorToString(selectorOfLabelSelector(spec.podSelector)) || '<none>',
    },
    ageColumn,
  ],
})
