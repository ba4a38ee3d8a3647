import type { Service } from '../../api/core/service.ts'

const upper = (text: string) => text.replaceAll('-', '_').toUpperCase()
const bracketed = (ip: string) => (ip.includes(':') ? `[${ip}]` : ip)

/** The variables that tell containers where services are, the old way (`pkg/kubelet/envvars`). */
export function serviceEnv(services: readonly Service[]): Map<string, string> {
  const env = new Map<string, string>()
  for (const { metadata, spec } of services) {
    const ip = spec.clusterIP ?? ''
    const [first] = spec.ports ?? []
    if (ip === '' || ip === 'None' || !first) continue
    const prefix = upper(metadata.name ?? '')
    env.set(`${prefix}_SERVICE_HOST`, ip)
    env.set(`${prefix}_SERVICE_PORT`, String(first.port))
    for (const { name, port } of spec.ports ?? []) {
      if (name) env.set(`${prefix}_SERVICE_PORT_${upper(name)}`, String(port))
    }
    for (const each of spec.ports ?? []) {
      const protocol = each.protocol || 'TCP'
      const url = `${protocol.toLowerCase()}://${bracketed(ip)}:${each.port}`
      if (each === first) env.set(`${prefix}_PORT`, url)
      const port = `${prefix}_PORT_${each.port}_${protocol.toUpperCase()}`
      env.set(port, url)
      env.set(`${port}_PROTO`, protocol.toLowerCase())
      env.set(`${port}_PORT`, String(each.port))
      env.set(`${port}_ADDR`, ip)
    }
  }
  return env
}

/** Which services a pod hears of: those of its namespace when it wants links, and `kubernetes` always. */
export function servicesFor(all: readonly Service[], namespace: string, links: boolean): Service[] {
  const isMaster = ({ metadata }: Service) => metadata.namespace === 'default' && metadata.name === 'kubernetes'
  const others = links ? all.filter(each => each.metadata.namespace === namespace && !isMaster(each)) : []
  // The master's come last: they win over a service of the same name.
  return [...others, ...all.filter(isMaster)]
}
