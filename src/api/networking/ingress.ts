import { ageColumn, nameColumn } from '../meta/columns.ts'
import type { Column } from '../resource.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { ingressRules, loadBalancerRules } from './ingressRules.ts'
import { Ingress } from './ingressType.ts'

export { Ingress, IngressList } from './ingressType.ts'

const column = (name: string, description: string, cell: (ingress: Ingress) => string): Column<Ingress> => ({
  name,
  type: 'string',
  description,
  cell,
})

const mostHosts = 3
function hostsText({ spec }: Ingress): string {
  const hosts = (spec.rules ?? []).flatMap(({ host }) => (host ? [host] : []))
  if (hosts.length === 0) return '*'
  const more = hosts.length > mostHosts ? ` + ${hosts.length - mostHosts} more...` : ''
  return hosts.slice(0, mostHosts).join(',') + more
}

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
  changes: statusApart<Ingress>(() => ({ loadBalancer: {} })),
  storagePrefix: 'ingress',
  columns: [
    nameColumn,
    column('Class', 'Class of the controller.', ({ spec }) => spec.ingressClassName ?? '<none>'),
    column('Hosts', 'Hosts it is for.', hostsText),
    column('Address', 'Where the load balancer is.', ({ status }) =>
      (status.loadBalancer.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').join(','),
    ),
    column('Ports', 'Ports of the load balancer.', ({ spec }) => ((spec.tls ?? []).length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  subresources: { status: statusView<Ingress>({ rules: loadBalancerRules }) },
})
