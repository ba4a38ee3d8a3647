import type { Pod } from '../pod.ts'

/** The contents of /etc/hosts of a pod's containers. `hostFile` is the node's own, for pods on its network. */
export function hostsFile(
  pod: Pod,
  names: { readonly hostname: string; readonly domain: string },
  ips: readonly string[],
  hostFile: string,
): string {
  const aliases = pod.spec.hostAliases ?? []
  const added = aliases.length
    ? `\n# Entries added by HostAliases.\n${aliases.map(({ ip, hostnames = [] }) => `${[ip, ...hostnames].join('\t')}\n`).join('')}`
    : ''
  if (pod.spec.hostNetwork) return `# Kubernetes-managed hosts file (host network).\n${hostFile}${added}`
  const own = ips.map(ip =>
    names.domain ? `${ip}\t${names.hostname}.${names.domain}\t${names.hostname}\n` : `${ip}\t${names.hostname}\n`,
  )
  return `# Kubernetes-managed hosts file.\n${localNames}${own.join('')}${added}`
}

const localNames = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
  '',
].join('\n')

/** A pod's host name and, when it is in a subdomain, its domain (upstream: `GeneratePodHostNameAndDomain`). */
export function hostnameOf(pod: Pod, clusterDomain: string): { hostname: string; domain: string } {
  const { hostname = '', subdomain = '', hostnameOverride } = pod.spec
  if (hostnameOverride !== undefined) return { hostname: hostnameOverride, domain: '' }
  const name = hostname || (pod.metadata.name ?? '').slice(0, 63).replace(/[-.]+$/, '')
  return {
    hostname: name,
    domain: subdomain ? `${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` : '',
  }
}

/** The host name given to the sandbox; with `setHostnameAsFQDN` the whole name, which the kernel limits to 64 bytes. */
export function kernelHostname(pod: Pod, clusterDomain: string): string {
  const { hostname, domain } = hostnameOf(pod, clusterDomain)
  if (!pod.spec.setHostnameAsFQDN || !domain) return hostname
  const whole = `${hostname}.${domain}`
  if (whole.length > 64) {
    throw new Error(
      `failed to construct FQDN from pod hostname and cluster domain, FQDN ${whole} is too long (64 characters is the max, ${whole.length} characters requested)`,
    )
  }
  return whole
}
