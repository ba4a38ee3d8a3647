import { forbidden, invalid, required, tooLong } from '../../../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain } from '../../../../schema/rules/names.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { ipRules } from '../../addresses.ts'
import type { PodSpec } from '../spec.ts'
import { searchDomain, wrong } from './names.ts'

const mostServers = 3
const mostSearches = 32
const longestSearchList = 2048
const longestHostname = 64

/** DNS settings; policy None needs a server. */
export function dnsRules({ dnsPolicy, dnsConfig }: PodSpec, path: Path): FieldError[] {
  const servers = dnsConfig?.nameservers ?? []
  if (dnsPolicy === 'None' && !dnsConfig) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  if (dnsPolicy === 'None' && servers.length === 0)
    return [required(path.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  const searches = dnsConfig?.searches ?? []
  const errors: FieldError[] = []
  if (servers.length > mostServers)
    errors.push(invalid(path.child('nameservers'), servers, `must not have more than ${mostServers} nameservers`))
  for (const [i, server] of servers.entries()) errors.push(...ipRules(server, path.child('nameservers').index(i)))
  const list = path.child('searches')
  if (searches.length > mostSearches)
    errors.push(invalid(list, searches, `must not have more than ${mostSearches} search paths`))
  if (searches.join(' ').length > longestSearchList)
    errors.push(
      invalid(
        list,
        searches,
        `must not have more than ${longestSearchList} characters (including spaces) in the search list`,
      ),
    )
  for (const [i, search] of searches.entries()) {
    if (search === '.') continue
    const bare = search.endsWith('.') ? search.slice(0, -1) : search
    errors.push(...wrong(searchDomain(bare), list.index(i), bare))
  }
  for (const [i, { name }] of (dnsConfig?.options ?? []).entries())
    if (!name) errors.push(required(path.child('options').index(i), 'must not be empty'))
  return errors
}

/** Further lines of /etc/hosts. */
export const hostAliasRules = ({ hostAliases = [] }: PodSpec, path: Path): FieldError[] =>
  hostAliases.flatMap(({ ip, hostnames = [] }, i) => [
    ...ipRules(ip, path.index(i).child('ip')),
    ...hostnames.flatMap((name, j) => wrong(dnsSubdomain(name), path.index(i).child('hostnames').index(j), name)),
  ])

/** Names of the host the pod is. */
export function hostnameRules(spec: PodSpec, path: Path): FieldError[] {
  const { hostname, subdomain, hostnameOverride } = spec
  const errors: FieldError[] = []
  if (hostnameOverride !== undefined) {
    const here = path.child('hostnameOverride')
    if (spec.setHostnameAsFQDN) errors.push(forbidden(here, 'may not be specified when setHostnameAsFQDN is true'))
    if (spec.hostNetwork) errors.push(forbidden(here, 'may not be specified when hostNetwork is true'))
    if (hostnameOverride.length > longestHostname) errors.push(tooLong(here, longestHostname))
    errors.push(...wrong(dnsSubdomain(hostnameOverride), here, hostnameOverride))
  }
  if (hostname) errors.push(...wrong(dnsLabel(hostname), path.child('hostname'), hostname))
  if (subdomain) errors.push(...wrong(dnsLabel(subdomain), path.child('subdomain'), subdomain))
  return errors
}

/** On the node's network a container's port is the node's. Only a real pod must say so. */
export function hostNetworkRules(spec: PodSpec, isPod: boolean, path: Path): FieldError[] {
  if (!spec.hostNetwork) return []
  const errors: FieldError[] = []
  for (const [c, { ports = [] }] of spec.containers.entries())
    for (const [p, { containerPort, hostPort = 0 }] of ports.entries())
      if ((isPod || hostPort !== 0) && hostPort !== containerPort)
        errors.push(
          invalid(
            path.child('containers').index(c).child('ports').index(p).child('hostPort'),
            hostPort,
            'must match `containerPort` when `hostNetwork` is true',
          ),
        )
  return errors
}

/** With user ids of its own, a pod shares neither process ids nor inter-process communication nor devices. */
export function hostUsersRules(spec: PodSpec, path: Path): FieldError[] {
  if (spec.hostUsers !== false) return []
  const why = 'when `hostUsers` is false'
  const errors: FieldError[] = []
  if (spec.hostNetwork) errors.push(forbidden(path.child('hostNetwork'), why))
  if (spec.hostPID) errors.push(forbidden(path.child('HostPID'), why))
  if (spec.hostIPC) errors.push(forbidden(path.child('HostIPC'), why))
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, { volumeDevices = [] }] of (spec[list] ?? []).entries())
      if (volumeDevices.length > 0) errors.push(forbidden(path.child(list).index(i).child('volumeDevices'), why))
  return errors
}
