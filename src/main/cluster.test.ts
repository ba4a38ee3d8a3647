import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import type { Pod } from '../api/index.ts'
import { eventually } from '../testing/eventually.ts'
import type { ClusterStatus } from './commands/status.ts'
import { nodePaths } from './host/index.ts'
import { whatIsMissing, whyNoContainers } from './machine.ts'
import { bridgeName } from './node/bridge.ts'
import { home } from './program.ts'
import { nodeNameOf } from './up.ts'

const skip = whyNoContainers() ?? whatIsMissing() ?? false
const directory = mkdtempSync(join(tmpdir(), 'caravel-cluster-'))
const dataDir = join(directory, 'data')
const kubeconfig = join(directory, 'kubeconfig')
const paths = nodePaths(dataDir)
/** A machine of its own as far as the network goes: its ports, bridges and packet filter are nobody else's. */
const namespace = `caravel-up-${process.pid}`
const netns = `/run/netns/${namespace}`
const inside = (...command: string[]) =>
  promisify(execFile)('nsenter', [`--net=${netns}`, '--', ...command], { encoding: 'utf8' })
const caravel = async (command: string, ...flags: string[]) =>
  (await inside(join(home, 'bin', 'caravel'), command, '--data-dir', dataDir, ...flags)).stdout
const up = () => caravel('up', '--kubeconfig', kubeconfig)
const status = async () =>
  JSON.parse(
    await caravel('status', '-o', 'json').catch(error => (error as { stdout: string }).stdout),
  ) as ClusterStatus

before(() => {
  if (skip) return
  execFileSync('ip', ['netns', 'add', namespace])
  const batch = [
    'link set lo up',
    'link add eth0 type veth peer name world',
    'link set world up',
    'address add 192.168.77.2/24 dev eth0',
    'link set eth0 up',
    'route add default via 192.168.77.1',
  ]
  execFileSync('ip', ['-n', namespace, '-batch', '-'], { input: batch.join('\n') })
})
after(async () => {
  if (!skip) {
    await caravel('down')
    execFileSync('ip', ['netns', 'del', namespace])
  }
  rmSync(directory, { recursive: true, force: true })
})

/** The containers of the demo's pods, by name: which they are and how often they were restarted. */
async function containers(): Promise<Record<string, unknown>> {
  const script = `
    import { administratorClient, readAdministrator } from '${home}/src/main/cluster.ts'
    import { pods } from '${home}/src/api/index.ts'
    const client = administratorClient(await readAdministrator('${dataDir}/admin.kubeconfig'))
    console.log(JSON.stringify((await client.of(pods).list()).items))
    await client.transport.close()`
  const { stdout } = await inside(process.execPath, '--input-type=module-typescript', '-e', script)
  const items = JSON.parse(stdout) as Pod[]
  return Object.fromEntries(
    items.map(({ metadata, status }) => [
      metadata.name,
      status.containerStatuses?.map(({ containerID, restartCount }) => [containerID, restartCount]),
    ]),
  )
}

test('demo brings up a cluster with three nginx pods and fetches their page', { skip }, async () => {
  const said = await caravel('demo', '--kubeconfig', kubeconfig)
  for (const expected of [
    /✔ The control plane is ready at https:\/\/192\.168\.77\.2:6443/,
    /✔ Node \S+ is ready to run containers/,
    /✔ Created Deployment nginx of examples\/nginx-rc\.yaml \(extensions\/v1beta1\)/,
    /Warning: extensions\/v1beta1 Deployment is deprecated/,
    /✔ 3 of 3 pods are ready/,
    /✔ Fetched http:\/\/10\.\d+\.\d+\.\d+\/: "Welcome to nginx!"/,
    /✔ Fetched http:\/\/192\.168\.77\.2:3\d{4}\/: "Welcome to nginx!"/,
  ])
    assert.match(said, expected)
  assert.equal(parse(readFileSync(kubeconfig, 'utf8'))['current-context'], 'caravel')
  for (const secret of [kubeconfig, join(dataDir, 'admin.kubeconfig'), join(dataDir, 'agent-token')])
    assert.equal(statSync(secret).mode & 0o777, 0o600, secret)
})

test('status tells what runs', { skip }, async () => {
  const { processes, ...rest } = await status()
  assert.deepEqual(rest, {
    version: JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version,
    dataDir,
    api: { url: 'https://192.168.77.2:6443', ready: true },
    nodes: [{ name: nodeNameOf(), ready: true, address: '192.168.77.2' }],
    pods: { ready: 3, total: 3 },
  })
  for (const pid of Object.values(processes)) assert.ok(pid && process.kill(pid, 0))
})

test('up and demo may be run again', { skip }, async () => {
  const before = await containers()
  assert.match(await up(), /It had been running already; nothing was started/)
  assert.match(await caravel('demo', '--kubeconfig', kubeconfig), /✔ Deployment nginx is there already/)
  assert.deepEqual(await containers(), before)
})

test('a killed agent and a killed server come back, and no container notices', { skip }, async () => {
  const before = await containers()
  const { processes } = await status()
  for (const pid of [processes.agent, processes.server]) process.kill(pid ?? 0, 'SIGKILL')
  const { processes: next } = await eventually(async () => {
    const now = await status()
    return now.api.ready && now.processes.agent !== null && now.processes.agent !== processes.agent ? now : undefined
  })
  assert.notEqual(next.server, processes.server)
  assert.equal(next.containerd, processes.containerd)
  assert.match(await up(), /✔ Node \S+ is ready/)
  assert.deepEqual(await containers(), before)
})

/** What the cluster has on the machine. */
async function traces() {
  const find = (command: string) => execFileSync('sh', ['-c', `${command} || true`], { encoding: 'utf8' })
  return {
    processes: find(`pgrep -f "${dataDir}/|${paths.run}"`)
      .split('\n')
      .filter(pid => pid && !isSelf(pid)),
    mounts: find(`grep -E "${dataDir}|${paths.id}" /proc/self/mounts`),
    cgroups: find(`find /sys/fs/cgroup -name "*${paths.id}*"`),
    links: (await inside('ip', '-br', 'link')).stdout.match(/\S*(cv|veth)\S*/g) ?? [],
    bridge: (await inside('ip', '-br', 'link')).stdout.includes(bridgeName(paths)),
    tables: (await inside('nft', 'list', 'tables')).stdout,
    run: existsSync(paths.run),
  }
}
const nothing = { processes: [], mounts: '', cgroups: '', links: [], bridge: false, tables: '', run: false }
/** What was killed may still be on its way out of the process table for a moment. */
const nothingLeft = () =>
  eventually(async () => {
    assert.deepEqual(await traces(), nothing)
    return true
  }, 3000)
/** The shell that looks has the pattern among its own arguments. */
const isSelf = (pid: string) => !existsSync(`/proc/${pid}`)

test('down leaves nothing on the machine, and what is stored comes back', { skip }, async () => {
  assert.match(await caravel('down'), /✔ The cluster has ended/)
  await nothingLeft()
  const said = await caravel('demo', '--kubeconfig', kubeconfig)
  assert.match(said, /✔ Deployment nginx is there already/)
  assert.match(said, /✔ 3 of 3 pods are ready/)
})

test('down leaves nothing after a kill -9 of everything either; --purge takes what is stored', { skip }, async () => {
  for (const pid of (await traces()).processes) process.kill(Number(pid), 'SIGKILL')
  assert.match(await caravel('down', '--purge', '--kubeconfig', kubeconfig), /✔ The cluster has ended/)
  await nothingLeft()
  assert.equal(existsSync(dataDir), false)
  assert.deepEqual(parse(readFileSync(kubeconfig, 'utf8')).contexts, [])
})

test('a part that does not come up is told with its own words, and nothing stays', { skip }, async () => {
  const blocker = execFile('nsenter', [
    `--net=${netns}`,
    '--',
    process.execPath,
    '-e',
    'require("net").createServer().listen(6443, () => console.log("listening"))',
  ])
  try {
    await new Promise(resolve => blocker.stdout?.once('data', resolve))
    await assert.rejects(up(), (error: { stderr: string }) =>
      /the server does not come up[\s\S]*EADDRINUSE/.test(error.stderr),
    )
    await nothingLeft()
  } finally {
    blocker.kill()
  }
})
