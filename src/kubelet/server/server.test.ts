import assert from 'node:assert/strict'
import { request } from 'node:https'
import { after, before, describe, test } from 'node:test'
import type { Pod } from '../../api/core/pod/pod.ts'
import { serviceAccounts } from '../../api/core/serviceAccount.ts'
import { eventually } from '../../testing/index.ts'
import { skip } from '../containerd.test-suite.ts'
import { forwarded, openChannels } from '../exec.test-suite.ts'
import { busybox, type RealNode, startRealNode } from '../kubelet.test-suite.ts'

const shell = (script: string) => ({ command: ['sh', '-c', script] })
const container = (more: object) => ({ name: 'c', image: busybox, imagePullPolicy: 'IfNotPresent' as const, ...more })
const forever = 'trap "exit 0" TERM; while :; do sleep 0.1; done'
const isRunning = (pod: Pod) => pod.status.phase === 'Running'
const isReady = (pod: Pod) =>
  pod.status.conditions?.some(each => each.type === 'Ready' && each.status === 'True') ?? false
describe("the kubelet's API", { skip, concurrency: false }, () => {
  let node: RealNode
  before(async () => {
    node = await startRealNode('10.233.10.0/24')
  })
  after(async () => {
    await node?.stop()
  })

  const printed = (name: string, wanted = /\n/) =>
    eventually(async () => {
      const { body } = await node.get(`/containerLogs/default/${name}/c`)
      return wanted.test(body) ? body : undefined
    }, 20_000)

  test('logs can be followed, cut and stamped', async () => {
    await node.run('logs', {
      restartPolicy: 'Never',
      containers: [container(shell('for i in 1 2 3; do echo line $i; done; echo err >&2; sleep 1; echo last'))],
    })
    await printed('logs', /3/)
    const followed = await node.get('/containerLogs/default/logs/c?follow=true')
    assert.equal(followed.body.split('\n').sort().join(), ',err,last,line 1,line 2,line 3')
    const cases: [string, RegExp][] = [
      ['tailLines=1', /^last\n$/],
      ['tailLines=0', /^$/],
      ['limitBytes=4&stream=Stdout', /^line$/],
      ['stream=Stderr', /^err\n$/],
      ['tailLines=1&timestamps=true', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z last\n$/],
      [`sinceTime=${new Date(Date.now() + 60_000).toISOString()}`, /^$/],
    ]
    for (const [query, expected] of cases) {
      assert.match((await node.get(`/containerLogs/default/logs/c?${query}`)).body, expected, query)
    }
    assert.equal((await node.get('/containerLogs/default/logs/none')).status, 404)
    assert.equal((await node.get('/containerLogs/default/none/c')).status, 404)
    assert.equal((await node.get('/containerLogs/default/logs/c?previous=true')).status, 400)
    await node.remove('logs')
  })

  test("a pod's ports are reached through the API", async () => {
    await node.run('ported', { containers: [container({ image: 'nginx' })] })
    await node.until('ported', isReady)
    assert.match(await forwarded(node, '/portForward/default/ported', 80), /^HTTP\/1\.1 200 OK/)
    await node.remove('ported')
  })

  test('nobody gets in without a certificate or with too few rights', async () => {
    const answer = async (headers: Record<string, string>) =>
      new Promise<string>((resolve, reject) => {
        const { port } = node.kubelet()
        request({ host: '127.0.0.1', port, path: '/pods', headers, ca: node.tls.ca }, response => {
          let body = ''
          response.on('data', chunk => (body += chunk)).on('end', () => resolve(`${response.statusCode} ${body}`))
        })
          .on('error', reject)
          .end()
      })
    assert.equal(await answer({}), '401 Unauthorized\n')
    assert.equal(await answer({ authorization: 'Bearer nonsense' }), '401 Unauthorized\n')
    const { status } = await node.client
      .of(serviceAccounts)
      .post<{ status: { token: string } }>('default', 'token', { spec: {} }, { namespace: 'default' })
    assert.match(
      await answer({ authorization: `Bearer ${status.token}` }),
      /^403 Forbidden \(user=system:serviceaccount:default:default, verb=get, resource=nodes/,
    )
    assert.equal((await node.get('/healthz')).body, 'ok')
    assert.equal(JSON.parse((await node.get('/pods')).body).kind, 'PodList')
  })

  test('commands run in containers, with input, output, exit codes and terminals', async () => {
    await node.run('exec', { containers: [container(shell(forever))] })
    await node.until('exec', isRunning)
    const plain = await openChannels(
      node,
      '/exec/default/exec/c?output=1&error=1&command=sh&command=-c&command=echo out; echo err >%262; exit 7',
    )
    const { stdout, stderr, status } = await plain.finished
    assert.deepEqual([stdout, stderr], ['out\n', 'err\n'])
    const { reason, details } = status as { reason: string; details: unknown }
    assert.deepEqual([reason, details], ['NonZeroExitCode', { causes: [{ reason: 'ExitCode', message: '7' }] }])
    const fed = await openChannels(node, '/exec/default/exec/c?input=1&output=1&command=cat')
    fed.stdin('hello ')
    fed.stdin('world')
    fed.endStdin()
    assert.deepEqual(await fed.finished, {
      stdout: 'hello world',
      stderr: '',
      status: { metadata: {}, status: 'Success' },
    })
    for (const protocol of ['v4.channel.k8s.io', 'channel.k8s.io']) {
      const old = await openChannels(node, '/exec/default/exec/c?output=1&command=echo&command=old', protocol)
      assert.equal((await old.finished).stdout, 'old\n', protocol)
    }
    const terminal = await openChannels(node, '/exec/default/exec/c?input=1&output=1&tty=1&command=sh')
    terminal.resize(123, 45)
    terminal.stdin('stty size; exit\n')
    assert.match((await terminal.finished).stdout, /45 123/)
    await node.remove('exec')
  })

  test("a container's own input and output can be attached to", async () => {
    await node.run('attached', { containers: [container({ stdin: true, command: ['cat'] })] })
    await node.until('attached', isRunning)
    const attached = await openChannels(node, '/attach/default/attached/c?input=1&output=1')
    attached.stdin('hello\n')
    await printed('attached', /hello/)
    attached.endStdin()
    await node.remove('attached')
    assert.equal((await attached.finished).stdout, 'hello\n')
  })
})
