import type { Run } from './run.ts'

/** Chains that the portmap plugin makes once per machine and shares among all CNI networks. */
const shared = ['CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-SETMARK', 'CNI-HOSTPORT-MASQ']

/**
 * The input of `iptables-restore --noflush` that takes away what the portmap plugin left in the nat table for one CNI
 * network: its chain per pod, the rules that lead there, and the shared chains when no other network uses them.
 * `saved` is what `iptables-save -t nat` prints. Empty when there is nothing to take away.
 */
export function removeHostPorts(saved: string, network: string): string {
  const lines = saved.split('\n')
  const chains = lines.filter(line => line.startsWith(':CNI-')).map(line => line.slice(1).split(' ')[0] ?? '')
  const rules = lines.filter(line => line.startsWith('-A '))
  const chainOf = (rule: string) => rule.split(' ')[1] ?? ''
  const target = (rule: string) => / -j (\S+)/.exec(rule)?.[1] ?? ''
  const ours = new Set(
    rules
      .filter(rule => rule.includes(`name: \\"${network}\\"`))
      .map(target)
      .filter(chain => chain.startsWith('CNI-DN-')),
  )
  const others = chains.some(chain => chain.startsWith('CNI-DN-') && !ours.has(chain))
  const gone = chains.filter(chain => ours.has(chain) || (!others && shared.includes(chain)))
  if (gone.length === 0) return ''
  const leading = rules.filter(rule => gone.includes(target(rule)) && !gone.includes(chainOf(rule)))
  return [
    '*nat',
    ...leading.map(rule => rule.replace('-A ', '-D ')),
    ...gone.map(chain => `-F ${chain}`),
    ...gone.map(chain => `-X ${chain}`),
    'COMMIT',
    '',
  ].join('\n')
}

/**
 * Takes the host ports of this CNI network away, in both families. A nat table that is empty then was made by the
 * plugin, and goes too. A machine without iptables never had host ports.
 */
export async function dropHostPorts(run: Run, network: string): Promise<void> {
  for (const [tool, family] of [
    ['iptables', 'ip'],
    ['ip6tables', 'ip6'],
  ] as const) {
    const save = ['sh', '-c', `! command -v ${tool}-save >/dev/null || ${tool}-save -t nat`]
    const input = removeHostPorts(await run(save), network)
    if (!input) continue
    await run([`${tool}-restore`, '--noflush'], { input })
    if (!/^(-A |:\S+ - )/m.test(await run(save)))
      await run(['nft', '-f', '-'], { input: `table ${family} nat {}\ndelete table ${family} nat\n` })
  }
}
