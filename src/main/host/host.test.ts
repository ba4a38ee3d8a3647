import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { applyRoutes } from '../../network/index.ts'
import { connect } from './connection.ts'
import { runningContainerd } from './containerd.ts'
import {
  decode,
  encode,
  eventually,
  finish,
  home,
  node,
  nothing,
  runPod,
  skip,
  traces,
  whoAsks,
} from './node.test-suite.ts'
import { findProcesses, signalProcess, waitForEnd } from './processes.ts'
import { createRun } from './run.ts'

before(() => void (skip || execFileSync(join(home, 'scripts/images'), ['--quiet'])))

test('a pod of nginx runs, serves its page on the pod address and a host port, and stop leaves nothing', {
  skip,
}, async t => {
  const subject = node({ podCIDR: '10.231.7.0/24', clusterCIDR: '10.231.0.0/16' })
  t.after(() => finish(subject))
  const { containerd } = await subject.start()
  assert.deepEqual(
    (await subject.load(containerd)).map(({ file, fresh, images }) => [file, fresh, images[0]]),
    [
      ['busybox.tar', true, 'docker.io/library/busybox:latest'],
      ['nginx.tar', true, 'docker.io/library/nginx:latest'],
      ['pause.tar', true, 'registry.k8s.io/pause:3.10'],
    ],
  )
  assert.deepEqual(
    (await subject.load(containerd)).map(({ fresh }) => fresh),
    [false, false, false],
  )
  const connection = await connect(containerd.socket)
  const pod = await runPod(connection, subject.paths, 'web', 18_080)
  assert.match(pod.ip, /^10\.231\.7\.\d+$/)
  assert.match(await eventually(() => subject.page(`http://${pod.ip}/`)), /Welcome to nginx!/)
  assert.match(await subject.page('http://127.0.0.1:18080/'), /Welcome to nginx!/)
  connection.close()

  await containerd.stop()
  await subject.clean()
  assert.deepEqual(await traces(subject), nothing)
})

test('in a network namespace, containers outlive their supervisor and a killed containerd', { skip }, async t => {
  const namespace = `caravel-test-${process.pid}`
  execFileSync('ip', ['netns', 'add', namespace])
  const subject = node({ podCIDR: '10.232.7.0/24', clusterCIDR: '10.232.0.0/16', namespace })
  t.after(async () => {
    await finish(subject)
    execFileSync('ip', ['netns', 'del', namespace])
  })
  await subject.run(['ip', 'link', 'set', 'lo', 'up'])
  const first = await subject.start()
  await subject.load(first.containerd)
  const connection = await connect(first.containerd.socket)
  const pod = await runPod(connection, subject.paths, 'web')
  await eventually(() => subject.page(`http://${pod.ip}/`))
  connection.close()
  first.supervisor.abort()
  await first.containerd.ended
  assert.match(await subject.page(`http://${pod.ip}/`), /Welcome to nginx!/)

  const second = await subject.start()
  assert.equal(second.containerd.adopted, true)
  const killed = await runningContainerd(subject.paths)
  assert.ok(killed)
  signalProcess(killed, 'SIGKILL')
  await waitForEnd([killed], 5_000)
  await eventually(async () =>
    assert.ok((await runningContainerd(subject.paths))?.pid !== killed.pid && second.containerd.restarts() === 1),
  )
  const again = await eventually(() => connect(second.containerd.socket))
  const status = await eventually(() => again.call('/runtime.v1.RuntimeService/ContainerStatus', encode({ 1: pod.id })))
  assert.equal(decode(status, 1, 1), pod.id)
  assert.match(await subject.page(`http://${pod.ip}/`), /Welcome to nginx!/)
  again.close()

  // Everything is killed, supervisor and shims included; another process cleans up.
  second.supervisor.abort()
  await second.containerd.ended
  for (const left of await findProcesses(args => args.some(arg => arg.includes(subject.paths.run))))
    signalProcess(left, 'SIGKILL')
  await subject.clean()
  assert.deepEqual(await traces(subject), nothing)
  await subject.clean()
})

test('pods of two nodes reach each other as they are, and the world with their node address', { skip }, async t => {
  const clusterCIDR = '10.233.0.0/16'
  const id = process.pid
  const names = ['a', 'b', 'world'].map(name => `caravel-test-${id}-${name}`)
  const [a, b] = [1, 2].map(index =>
    node({ podCIDR: `10.233.${index}.0/24`, clusterCIDR, nodeIP: `10.99.7.${index}`, namespace: names[index - 1] }),
  )
  assert.ok(a && b)
  const world = createRun(`/run/netns/${names[2]}`)
  for (const name of names) execFileSync('ip', ['netns', 'add', name])
  t.after(async () => {
    for (const subject of [a, b]) await finish(subject)
    for (const name of names) execFileSync('ip', ['netns', 'del', name])
  })
  // The nodes' link is a bridge in a third namespace, where a server stands for the world outside.
  await world(['ip', 'link', 'add', 'br0', 'type', 'bridge'])
  await world(['ip', 'address', 'add', '10.99.7.254/24', 'dev', 'br0'])
  await world(['ip', 'link', 'set', 'br0', 'up'])
  for (const [index, name] of names.slice(0, 2).entries()) {
    const inside = createRun(`/run/netns/${name}`)
    await world([
      'ip',
      'link',
      'add',
      `port${index}`,
      'mtu',
      '1400',
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'mtu',
      '1400',
      'netns',
      name,
    ])
    await world(['ip', 'link', 'set', `port${index}`, 'master', 'br0', 'up'])
    await inside(['ip', 'address', 'add', `10.99.7.${index + 1}/24`, 'dev', 'eth0'])
    for (const link of ['lo', 'eth0']) await inside(['ip', 'link', 'set', link, 'up'])
  }
  const server = spawn('nsenter', [`--net=/run/netns/${names[2]}`, '--', process.execPath, '-e', whoAsks], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => server.kill('SIGKILL'))
  await new Promise(resolve => server.stdout.once('data', resolve))

  const nodes = [1, 2].map(index => ({
    name: `n${index}`,
    podCIDRs: [`10.233.${index}.0/24`],
    addresses: [`10.99.7.${index}`],
  }))
  const started = []
  for (const [index, subject] of [a, b].entries()) {
    const { containerd } = await subject.start()
    await subject.load(containerd)
    await applyRoutes(subject.run, `n${index + 1}`, nodes)
    const connection = await connect(containerd.socket)
    t.after(() => connection.close())
    started.push({ containerd, pod: await runPod(connection, subject.paths, 'web') })
  }
  const [one, two] = started
  assert.ok(one && two)

  const fetched = await eventually(async () => {
    const text = await one.pod.exec('wget', '-q', '-T', '2', '-O', '-', `http://${two.pod.ip}/`)
    assert.match(text, /Welcome to nginx!/)
    return text
  })
  assert.ok(fetched)
  await eventually(async () =>
    assert.match(await two.pod.log(), new RegExp(`stdout F ${one.pod.ip} - - .* "GET / HTTP/1.1" 200`)),
  )
  assert.equal(await one.pod.exec('wget', '-q', '-T', '2', '-O', '-', 'http://10.99.7.254:8000/'), '10.99.7.1')
  assert.match(await one.pod.exec('ip', 'link', 'show', 'eth0'), /mtu 1400/)

  for (const [subject, { containerd }] of [
    [a, one],
    [b, two],
  ] as const) {
    await containerd.stop()
    await subject.clean()
    assert.deepEqual(await traces(subject), nothing)
  }
})
