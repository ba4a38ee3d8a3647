import { ageColumn, nameColumn } from '../../meta/columns.ts'
import { formatLabels } from '../../meta/labels.ts'
import type { Column } from '../../resource.ts'
import type { Service } from '../service.ts'

const text = (
  name: string,
  description: string,
  cell: (service: Service) => string,
  priority = 0,
): Column<Service> => ({
  name,
  type: 'string',
  description,
  priority,
  cell,
})

const ports = ({ spec }: Service): string =>
  (spec.ports ?? [])
    .map(({ port, nodePort, protocol }) => `${nodePort ? `${port}:${nodePort}` : port}/${protocol}`)
    .join(',') || '<none>'

export const serviceColumns: readonly Column<Service>[] = [
  nameColumn,
  text('Type', 'How the service is exposed.', ({ spec }) => spec.type ?? ''),
  text('Cluster-IP', 'Address inside the cluster.', ({ spec }) => spec.clusterIPs?.[0] ?? '<none>'),
  text('External-IP', 'Where the service is reached from outside.', externalIP),
  text('Port(s)', 'Ports, and ports on the nodes.', ports),
  ageColumn,
  text('Selector', 'Labels of the pods that traffic goes to.', ({ spec }) => formatLabels(spec.selector), 1),
]

const shownWidth = 16

function externalIP({ spec, status }: Service): string {
  const { type, externalIPs = [] } = spec
  if (type === 'ExternalName') return spec.externalName ?? ''
  if (type !== 'LoadBalancer') return externalIPs.join(',') || '<none>'
  const own = [...new Set(status.loadBalancer.ingress?.map(({ ip, hostname }) => ip || hostname || ''))]
    .filter(Boolean)
    .sort()
    .join(',')
  const shown = own.length > shownWidth ? `${own.slice(0, shownWidth - 3)}...` : own
  return [...(shown ? [shown] : []), ...externalIPs].join(',') || '<pending>'
}
