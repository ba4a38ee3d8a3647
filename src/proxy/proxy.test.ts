import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { ServiceRule } from './model.ts'
import { diff } from './nftables/diff.ts'
import { kernelFilter } from './nftables/kernel.ts'
import { render } from './nftables/render.ts'
import { emptyRuleset, fixedPart, type Ruleset } from './nftables/ruleset.ts'

const able = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/sbin/nft')
const skip = able ? false : 'needs root on Linux, and nft'
const node = `caravel-proxy-${process.pid}`
const backend = (index: number) => `${node}-${index}`
const bridge = '10.77.0.1'
const address = (index: number) => `10.77.0.${index + 10}`
const ip = (...args: string[]) => execFileSync('ip', args)
const inside = (name: string, ...command: string[]) =>
  execFileSync('nsenter', [`--net=/run/netns/${name}`, ...command], { encoding: 'utf8', timeout: 10_000 })
const servers: ReturnType<typeof spawn>[] = []
/** Answers every connection with its own address and the client's. */
const server = `
  const { createServer } = require('node:net')
  createServer(s => s.end(process.argv[1] + ' ' + s.remoteAddress.replace('::ffff:', ''))).listen(8080, '0.0.0.0', () => console.log('up'))`
const client = `
  const s = require('node:net').connect({ host: process.argv[1], port: Number(process.argv[2]) })
  s.setTimeout(2000, () => { console.log('silence'); process.exit() })
  s.on('error', e => { console.log(e.code); process.exit() }).on('data', d => console.log(String(d)))`
const ask = (from: string, host: string, port: number) =>
  inside(from, process.execPath, '-e', client, host, String(port)).trim()

let current: Ruleset = emptyRuleset
async function apply(rules: readonly ServiceRule[]): Promise<void> {
  const next = render(rules)
  const commands = diff(current, next)
  if (commands) await kernelFilter(`/run/netns/${node}`).apply(commands)
  current = next
}
const target = (index: number) => ({ ip: address(index), port: 8080, local: true })
const rule = (more: Partial<ServiceRule>): ServiceRule => ({
  id: 'default/web/tcp/',
  protocol: 'tcp',
  port: 80,
  clusterIps: ['10.96.0.5'],
  externalIps: [],
  nodePort: 30080,
  affinity: undefined,
  internal: [target(1), target(2)],
  external: [target(1), target(2)],
  keepsSource: false,
  hasEndpoints: true,
  ...more,
})

before(async () => {
  if (skip) return
  ip('netns', 'add', node)
  const setup = [
    'link set lo up',
    'link add br0 type bridge',
    'link set br0 up',
    `address add ${bridge}/24 dev br0`,
    'route add 10.96.0.0/16 dev br0',
  ]
  execFileSync('ip', ['-n', node, '-batch', '-'], { input: setup.join('\n') })
  inside(node, 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
  for (const index of [1, 2, 3]) {
    ip('netns', 'add', backend(index))
    const link = `v${index}p${process.pid % 10_000}`
    ip('link', 'add', link, 'netns', node, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', backend(index))
    execFileSync('ip', ['-n', node, '-batch', '-'], {
      input: [
        `link set ${link} master br0`,
        `link set ${link} type bridge_slave hairpin on`,
        `link set ${link} up`,
      ].join('\n'),
    })
    const own = [
      'link set lo up',
      'link set eth0 up',
      `address add ${address(index)}/24 dev eth0`,
      `route add default via ${bridge}`,
    ]
    execFileSync('ip', ['-n', backend(index), '-batch', '-'], { input: own.join('\n') })
    const started = spawn(
      'nsenter',
      [`--net=/run/netns/${backend(index)}`, process.execPath, '-e', server, address(index)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    servers.push(started)
    await new Promise(resolve => started.stdout.once('data', resolve))
  }
  await kernelFilter(`/run/netns/${node}`).apply(fixedPart('10.77.0.0/24'))
})
after(() => {
  for (const each of servers) each.kill('SIGKILL')
  if (!skip) for (const name of [node, backend(1), backend(2), backend(3)]) ip('netns', 'del', name)
})

test('a cluster IP leads to every endpoint, with the address of the pod that asks', { skip }, async () => {
  await apply([rule({})])
  const seen = new Set<string>()
  for (let round = 0; round < 40 && seen.size < 2; round++) {
    const [server = '', peer] = ask(backend(3), '10.96.0.5', 80).split(' ')
    assert.equal(peer, address(3))
    seen.add(server)
  }
  assert.deepEqual([...seen].sort(), [address(1), address(2)])
})

test('a node port leads there as well, in the name of the node', { skip }, async () => {
  await apply([rule({ internal: [target(1)], external: [target(1)] })])
  assert.equal(ask(backend(3), bridge, 30080), `${address(1)} ${bridge}`)
})

test('a pod reaches itself through its service', { skip }, async () => {
  await apply([rule({ internal: [target(1)], external: [target(1)] })])
  assert.equal(ask(backend(1), '10.96.0.5', 80), `${address(1)} ${bridge}`)
})

test('the node itself reaches the service', { skip }, async () => {
  await apply([rule({ internal: [target(2)], external: [target(2)] })])
  assert.match(ask(node, '10.96.0.5', 80), new RegExp(`^${address(2)} `))
})

test('with affinity a client stays with its endpoint', { skip }, async () => {
  await apply([rule({ affinity: 60 })])
  const seen = new Set(Array.from({ length: 8 }, () => ask(backend(3), '10.96.0.5', 80)))
  assert.equal(seen.size, 1)
})

test('without endpoints a connection is refused; with none that may be used it is dropped', { skip }, async () => {
  await apply([rule({ internal: [], external: [], hasEndpoints: false })])
  assert.equal(ask(backend(3), '10.96.0.5', 80), 'ECONNREFUSED')
  assert.equal(ask(backend(3), bridge, 30080), 'ECONNREFUSED')
  await apply([rule({ internal: [], external: [], hasEndpoints: true })])
  assert.equal(ask(backend(3), '10.96.0.5', 80), 'silence')
})

test('taking all services away leaves no chain and no element behind', { skip }, async () => {
  await apply([
    rule({ affinity: 60 }),
    rule({ id: 'default/other/tcp/', clusterIps: ['10.96.0.6'], nodePort: undefined }),
  ])
  await apply([])
  const left = inside(node, 'nft', 'list', 'table', 'ip', 'caravel')
  assert.ok(!/default\/(web|other)/.test(left))
})
