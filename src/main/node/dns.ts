import { readFile } from 'node:fs/promises'
import { type Service, services } from '../../api/core/service.ts'
import { formatIP, offsetIP, parseIP } from '../../base/ip.ts'
import type { Logger } from '../../base/log.ts'
import { abortable } from '../../base/signals.ts'
import type { Informers } from '../../client/informer.ts'
import { forwardTo, nameServers } from '../../dns/forward.ts'
import { runDns } from '../../dns/server.ts'

/** Where the node's DNS server listens; the cluster's Service kube-dns leads there. */
export const dnsPort = 10053
export const clusterDomain = 'cluster.local'

/**
 * The address of the cluster's DNS. The control plane gives the first address of the service range to Service
 * `kubernetes`, which this waits for, and the tenth to `kube-dns`, which it makes once there are nodes.
 */
export async function clusterDnsAddress(informers: Informers, signal: AbortSignal): Promise<string> {
  const informer = informers.of(services)
  const { promise, resolve } = Promise.withResolvers<string>()
  const look = ({ metadata, spec }: Service) => {
    if (metadata.namespace !== 'default' || metadata.name !== 'kubernetes') return
    const first = parseIP(spec.clusterIP ?? '')
    const tenth = first && offsetIP(first, 9)
    if (tenth) resolve(formatIP(tenth))
  }
  const forget = informer.on({ added: look, changed: look })
  try {
    return await abortable(promise, signal)
  } finally {
    forget()
  }
}

export interface NodeDnsDeps {
  readonly informers: Informers
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Answers the node's pods until the signal aborts; names of the world outside go to the machine's own name servers. */
export async function runNodeDns(
  deps: NodeDnsDeps,
  { address, clusterDns }: { address: string; clusterDns: string },
): Promise<void> {
  const servers = nameServers(await readFile('/etc/resolv.conf', 'utf8').catch(() => ''), [clusterDns, address])
  await runDns({ ...deps, forward: forwardTo(servers) }, { address, port: dnsPort, domain: clusterDomain })
}
