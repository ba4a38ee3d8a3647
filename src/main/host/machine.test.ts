import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { containerdConfiguration } from './configuration.ts'
import { mountsBelow, parseMounts } from './mounts.ts'
import { nodePaths } from './paths.ts'
import { endProcesses, findProcess, findProcesses, isAlive } from './processes.ts'
import { CommandError, createRun } from './run.ts'

test('every path of a node follows from its data directory, and sockets have short ones', () => {
  const paths = nodePaths(`/srv/${'long/'.repeat(40)}`)
  assert.match(paths.id, /^[0-9a-f]{8}$/)
  assert.ok(paths.socket.length < 50)
  assert.notEqual(nodePaths('/a').id, nodePaths('/b').id)
  assert.equal(nodePaths('/a/').id, nodePaths('/a').id)
})

test('the containerd configuration keeps to the directories of its node and quotes them', () => {
  const paths = nodePaths('/srv/a "node"')
  const text = containerdConfiguration(paths, {
    sandboxImage: 'registry.k8s.io/pause:3.10',
    snapshotter: 'overlayfs',
    cniPlugins: '/usr/lib/cni',
  })
  for (const line of [
    'root = "/srv/a \\"node\\"/containerd"',
    `state = "/run/caravel/${paths.id}/containerd"`,
    `  address = "/run/caravel/${paths.id}/containerd.sock"`,
    '  sandbox_image = "registry.k8s.io/pause:3.10"',
    '  restrict_oom_score_adj = true',
    '  netns_mounts_under_state_dir = true',
    '    bin_dir = "/usr/lib/cni"',
    '        SystemdCgroup = false',
    '    config_path = "/srv/a \\"node\\"/certs.d"',
  ])
    assert.ok(text.split('\n').includes(line), `${line} is missing in\n${text}`)
})

test('mounts are found strictly below a directory, the last one first, with their odd characters', () => {
  const mounts = parseMounts(`22 1 254:0 / / rw - ext4 /dev/vda rw
30 22 0:25 / /sys/fs/cgroup/cpu rw shared:1 master:2 - cgroup cgroup rw,cpu
40 22 0:50 / /srv/n rw - ext4 /dev/vdb rw
41 40 0:51 / /srv/n/pods/a\\040b rw - tmpfs tmpfs rw
42 41 0:52 / /srv/n/pods/a\\040b/c rw - overlay overlay rw,lowerdir=/x
43 22 0:53 / /srv/nodes rw - tmpfs tmpfs rw
`)
  assert.deepEqual(mounts[1], { path: '/sys/fs/cgroup/cpu', type: 'cgroup', options: ['rw', 'cpu'] })
  assert.deepEqual(mountsBelow(mounts, ['/srv/n']), ['/srv/n/pods/a b/c', '/srv/n/pods/a b'])
  assert.deepEqual(mountsBelow(mounts, ['/absent']), [])
})

test('a process that ignores the polite signal is forced, and its id alone does not name it', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, async () => {
  const mark = `caravel-test-${process.pid}`
  const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 1; done', mark], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await new Promise(resolve => child.stdout.once('data', resolve))
  const [found] = await findProcesses(args => args.includes(mark))
  assert.ok(found)
  assert.equal(found.pid, child.pid)
  assert.equal(await isAlive({ pid: found.pid, start: '1' }), false)
  await endProcesses([found], 50)
  assert.equal(await isAlive(found), false)
  assert.equal(await findProcess(found.pid), undefined)
  await endProcesses([found], 50)
})

test('a command says what it was and what it wrote when it fails', async () => {
  const run = createRun()
  assert.equal(await run(['cat'], { input: 'text' }), 'text')
  await assert.rejects(run(['sh', '-c', 'echo no such thing >&2; exit 3']), (error: CommandError) => {
    assert.ok(error instanceof CommandError)
    assert.match(error.message, /^sh -c .*: no such thing$/)
    return error.stderr === 'no such thing\n'
  })
})
