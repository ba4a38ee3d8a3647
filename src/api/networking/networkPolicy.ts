import { containsCIDR, parseLegacyCIDR } from '../../base/cidr.ts'
import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { portName, portNumber } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { cidrRules, cidrWarnings } from '../core/addresses.ts'
import { wrong } from '../core/pod/rules/names.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import type { LabelSelector } from '../meta/labelSelector.ts'
import { labelSelectorRules, selectorOfLabelSelector, selectorToString } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import {
  ExtensionsNetworkPolicy,
  type IPBlock,
  NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
} from './networkPolicyType.ts'

export { NetworkPolicy, NetworkPolicyList } from './networkPolicyType.ts'

function defaults({ spec }: NetworkPolicy): void {
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
    for (const port of ports ?? []) port.protocol ??= 'TCP'
  if ((spec.policyTypes ?? []).length > 0) return
  spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

const protocols = ['TCP', 'UDP', 'SCTP']

function portRules({ protocol, port, endPort }: NetworkPolicyPort, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const last = path.child('endPort')
  if (protocol !== undefined && !protocols.includes(protocol))
    errors.push(notSupported(path.child('protocol'), protocol, protocols))
  if (typeof port === 'number') {
    errors.push(...wrong(portNumber(port), path.child('port'), port))
    if (endPort === undefined) return errors
    // Upstream shows the first port here.
    if (endPort < port) errors.push(invalid(last, port, 'must be greater than or equal to `port`'))
    errors.push(...wrong(portNumber(endPort), last, endPort))
  } else if (typeof port === 'string') {
    if (endPort !== undefined) errors.push(invalid(last, endPort, 'may not be specified when `port` is non-numeric'))
    errors.push(...wrong(portName(port), path.child('port'), port))
  } else if (endPort !== undefined)
    errors.push(invalid(last, endPort, 'may not be specified when `port` is not specified'))
  return errors
}

/** What an object that was stored under laxer rules may keep. */
interface Lax {
  readonly cidrs: readonly string[]
  /** Values in selectors that are no label values. */
  readonly values: boolean
}

function blockRules({ cidr, except = [] }: IPBlock, lax: Lax, path: Path): FieldError[] {
  if (!cidr) return [required(path.child('cidr'))]
  const errors = cidrRules(cidr, path.child('cidr'), lax.cidrs)
  const whole = parseLegacyCIDR(cidr)
  if (!whole) return errors
  for (const [index, each] of except.entries()) {
    const place = path.child('except').index(index)
    errors.push(...cidrRules(each, place, lax.cidrs))
    const part = parseLegacyCIDR(each)
    if (part && !(containsCIDR(whole, part) && part.prefix > whole.prefix))
      errors.push(invalid(place, each, 'must be a strict subset of `cidr`'))
  }
  return errors
}

const selectorRules = (selector: LabelSelector, lax: Lax, path: Path): readonly FieldError[] =>
  labelSelectorRules(selector, path).filter(({ field }) => !lax.values || !/\.values\[\d+\]$/.test(field))

function peerRules({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, lax: Lax, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (podSelector) errors.push(...selectorRules(podSelector, lax, path.child('podSelector')))
  if (namespaceSelector) errors.push(...selectorRules(namespaceSelector, lax, path.child('namespaceSelector')))
  if (ipBlock) errors.push(...blockRules(ipBlock, lax, path.child('ipBlock')))
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'))
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'))
  return errors
}

/** The ranges of a policy, with their paths. */
function blocksOf({ spec }: NetworkPolicy): { readonly block: IPBlock; readonly path: Path }[] {
  const found: { readonly block: IPBlock; readonly path: Path }[] = []
  const look = (peers: readonly NetworkPolicyPeer[] = [], path: Path) => {
    for (const [i, { ipBlock }] of peers.entries())
      if (ipBlock) found.push({ block: ipBlock, path: path.index(i).child('ipBlock') })
  }
  const path = at('spec')
  for (const [i, { from }] of (spec.ingress ?? []).entries()) look(from, path.child('ingress').index(i).child('from'))
  for (const [i, { to }] of (spec.egress ?? []).entries()) look(to, path.child('egress').index(i).child('to'))
  return found
}

/** Of upstream's `ValidateNetworkPolicySpec`. */
function rules({ spec }: NetworkPolicy, old: NetworkPolicy | undefined): readonly FieldError[] {
  const path = at('spec')
  const lax: Lax = {
    cidrs: old ? blocksOf(old).flatMap(({ block }) => [block.cidr, ...(block.except ?? [])]) : [],
    values: old !== undefined && labelSelectorRules(old.spec.podSelector, path).length > 0,
  }
  const errors: FieldError[] = [...selectorRules(spec.podSelector, lax, path.child('podSelector'))]
  for (const [index, { ports = [], from = [] }] of (spec.ingress ?? []).entries()) {
    const place = path.child('ingress').index(index)
    errors.push(...ports.flatMap((port, i) => portRules(port, place.child('ports').index(i))))
    errors.push(...from.flatMap((peer, i) => peerRules(peer, lax, place.child('from').index(i))))
  }
  for (const [index, { ports = [], to = [] }] of (spec.egress ?? []).entries()) {
    const place = path.child('egress').index(index)
    errors.push(...ports.flatMap((port, i) => portRules(port, place.child('ports').index(i))))
    errors.push(...to.flatMap((peer, i) => peerRules(peer, lax, place.child('to').index(i))))
  }
  const types = spec.policyTypes ?? []
  if (types.length > 2)
    return [...errors, invalid(path.child('policyTypes'), types, 'may not specify more than two policyTypes')]
  for (const [index, type] of types.entries())
    if (type !== 'Ingress' && type !== 'Egress')
      errors.push(notSupported(path.child('policyTypes').index(index), type, ['Ingress', 'Egress']))
  return errors
}

const warnings = (policy: NetworkPolicy): string[] =>
  blocksOf(policy).flatMap(({ block: { cidr, except = [] }, path }) => [
    ...cidrWarnings(cidr, path.child('cidr').toString()),
    ...except.flatMap((each, i) => cidrWarnings(each, path.child('except').index(i).toString())),
  ])

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
  changes: { warnings },
  versions: [
    renamedVersion('extensions/v1beta1', 'networking.k8s.io/v1', ExtensionsNetworkPolicy, {
      deprecation: removedVersion('extensions/v1beta1', 'NetworkPolicy', '1.9', '1.16', 'networking.k8s.io/v1'),
    }),
  ],
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
