import type { Pod } from '../pod.ts'

export interface Dns {
  readonly servers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}

/** What resolv.conf text says. Later `search` lines replace earlier ones, as the resolver does. */
export function parseResolvConf(text: string): Dns {
  const servers: string[] = []
  let searches: string[] = []
  let options: string[] = []
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/)
    if (word === 'nameserver' && rest[0]) servers.push(rest[0])
    else if (word === 'search') searches = rest.map(each => (each === '.' ? each : each.replace(/\.$/, '')))
    else if (word === 'options') options = rest
  }
  return { servers, searches, options }
}

const maximumServers = 3

/** The resolver configuration of a pod (upstream: `pkg/kubelet/network/dns`). `host` is the node's own. */
export function podDns(
  pod: Pod,
  cluster: { readonly servers: readonly string[]; readonly domain: string },
  host: Dns,
): Dns {
  const policy = pod.spec.dnsPolicy || 'ClusterFirst'
  const base = baseDns(pod, policy, cluster, host)
  const { nameservers = [], searches = [], options = [] } = pod.spec.dnsConfig ?? {}
  const own = options.map(({ name = '', value }) => (value ? `${name}:${value}` : name))
  const overridden = new Set(own.map(optionName))
  return {
    servers: unique([...base.servers, ...nameservers]).slice(0, maximumServers),
    searches: unique([...base.searches, ...searches]),
    options: [...base.options.filter(option => !overridden.has(optionName(option))), ...own],
  }
}

function baseDns(
  pod: Pod,
  policy: string,
  cluster: { readonly servers: readonly string[]; readonly domain: string },
  host: Dns,
): Dns {
  const onHost = pod.spec.hostNetwork && policy === 'ClusterFirst'
  if (policy === 'None') return { servers: [], searches: [], options: [] }
  if (policy === 'Default' || onHost || cluster.servers.length === 0) return host
  const { domain } = cluster
  const own = domain ? [`${pod.metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain] : []
  return { servers: cluster.servers, searches: [...own, ...host.searches], options: ['ndots:5'] }
}

const optionName = (option: string) => option.split(':')[0] ?? option
const unique = (all: readonly string[]) => [...new Set(all)]
