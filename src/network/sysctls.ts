import type { Logger } from '../base/log.ts'
import type { Run } from './run.ts'

/** Kernel settings a node needs, as `sysctl` spells them; IPv6 only for a node that has such pods. */
export function neededSysctls(podCIDRs: readonly string[]): Record<string, string> {
  return {
    'net.ipv4.ip_forward': '1',
    ...(podCIDRs.some(range => range.includes(':')) ? { 'net.ipv6.conf.all.forwarding': '1' } : {}),
  }
}

const bridged = 'net.bridge.bridge-nf-call-iptables'
const bridged6 = 'net.bridge.bridge-nf-call-ip6tables'

/**
 * Sets what the pod network needs. Traffic between pods of one bridge has to pass the packet filter too, or answers
 * of a Service on the same node come from the wrong address: the br_netfilter module does that, and is loaded when
 * it is absent. A kernel without it is said so once, in the log.
 */
export async function applySysctls(run: Run, log: Logger, podCIDRs: readonly string[]): Promise<void> {
  const wanted = neededSysctls(podCIDRs)
  await run(['sysctl', '-q', '-w', ...Object.entries(wanted).map(([key, value]) => `${key}=${value}`)])
  if (!(await readSysctl(run, bridged))) {
    try {
      await run(['modprobe', 'br_netfilter'])
    } catch (error) {
      log.warn('The kernel has no br_netfilter: a pod cannot reach a Service whose endpoint is on its own node', {
        error,
      })
      return
    }
  }
  await run(['sysctl', '-q', '-w', `${bridged}=1`, `${bridged6}=1`])
}

/** The value, or an empty text when the kernel has no such setting. */
async function readSysctl(run: Run, key: string): Promise<string> {
  return (await run(['sysctl', '-n', '-e', key])).trim()
}
