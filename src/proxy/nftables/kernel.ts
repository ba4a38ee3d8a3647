import { spawn } from 'node:child_process'
import type { PacketFilter } from '../proxy.ts'

/** Runs a program with input; rejects with what it said. `enter`: a network namespace's path, or none for our own. */
function run(program: string, args: readonly string[], input: string, enter: string | undefined): Promise<void> {
  const [command, all] = enter ? ['nsenter', [`--net=${enter}`, program, ...args]] : [program, [...args]]
  return new Promise((resolve, reject) => {
    const child = spawn(command, all, { stdio: ['pipe', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', chunk => {
      if (said.length < 4096) said += chunk
    })
    child.on('error', cause => reject(new Error(`${program} could not be started: is it installed?`, { cause })))
    child.on('close', code =>
      code === 0
        ? resolve()
        : reject(new Error(`${program} ${args.join(' ')} failed (exit ${code}): ${said.trim().slice(0, 2000)}`)),
    )
    // A program that ended early has said why on its error output.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** The kernel's packet filter, in a network namespace. */
export const kernelFilter = (namespace?: string): PacketFilter => ({
  apply: commands => run('nft', ['-f', '-'], commands, namespace),
  async forgetUdp(address, port, endpoint) {
    try {
      await run(
        'conntrack',
        ['-D', '-p', 'udp', '--orig-dst', address, '--orig-port-dst', String(port), '--dst-nat', endpoint],
        '',
        namespace,
      )
    } catch (error) {
      // conntrack exits with 1 when there was nothing to forget.
      if (!(error as Error).message.includes('0 flow entries')) throw error
    }
  },
})
