import { ipWarnings } from '../core/addresses.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import type { Column } from '../resource.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { classAnnotation, ingressRules, loadBalancerRules } from './ingressRules.ts'
import { Ingress } from './ingressType.ts'
import { ingressVersions } from './ingressV1beta1.ts'

export { Ingress, IngressList } from './ingressType.ts'

const column = (name: string, description: string, cell: (ingress: Ingress) => string): Column<Ingress> => ({
  name,
  type: 'string',
  description,
  cell,
})

const mostHosts = 3
function hostsText({ spec: { rules = [] } }: Ingress): string {
  const hosts: string[] = []
  let more = false
  for (const { host } of rules) {
    more ||= hosts.length === mostHosts
    if (host && !more) hosts.push(host)
  }
  if (hosts.length === 0) return '*'
  return hosts.join(',') + (more ? ` + ${rules.length - mostHosts} more...` : '')
}

const addressText = ({ status }: Ingress): string =>
  [...new Set((status.loadBalancer.ingress ?? []).map(({ ip, hostname }) => ip || hostname || ''))]
    .filter(Boolean)
    .sort()
    .join(',')

const warnings = ({ metadata, spec }: Ingress, old: Ingress | undefined): string[] =>
  !old && metadata.annotations?.[classAnnotation] !== undefined && spec.ingressClassName === undefined
    ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`]
    : []

const statusWarnings = ({ status }: Ingress): string[] =>
  (status.loadBalancer.ingress ?? []).flatMap(({ ip }, i) =>
    ip ? ipWarnings(ip, `status.loadBalancer.ingress[${i}]`) : [],
  )

/** HTTP from outside to services inside, by host and path. */
export const ingresses = resource<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  short: ['ing'],
  namespaced: true,
  type: Ingress,
  rules: ingressRules,
  changes: statusApart<Ingress>(() => ({ loadBalancer: {} }), { warnings }),
  versions: ingressVersions,
  storagePrefix: 'ingress',
  columns: [
    nameColumn,
    column('Class', 'Class of the controller.', ({ spec }) => spec.ingressClassName ?? '<none>'),
    column('Hosts', 'Hosts it is for.', hostsText),
    column('Address', 'Where the load balancer is.', addressText),
    column('Ports', 'Ports of the load balancer.', ({ spec }) => ((spec.tls ?? []).length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  subresources: { status: statusView<Ingress>({ rules: loadBalancerRules, warnings: statusWarnings }) },
})
