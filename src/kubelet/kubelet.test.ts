import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { leases } from '../api/coordination/lease.ts'
import { configMaps } from '../api/core/configMap.ts'
import { events } from '../api/core/event.ts'
import { nodes } from '../api/core/node/resource.ts'
import type { ContainerStatus, Pod } from '../api/core/pod/pod.ts'
import { pods } from '../api/core/pod/resource.ts'
import { secrets } from '../api/core/secret.ts'
import { eventually } from '../testing/index.ts'
import { skip } from './containerd.test-suite.ts'
import { busybox, type RealNode, startRealNode } from './kubelet.test-suite.ts'

const shell = (script: string) => ({ command: ['sh', '-c', script] })
const container = (more: object) => ({ name: 'c', image: busybox, imagePullPolicy: 'IfNotPresent' as const, ...more })
const forever = 'trap "exit 0" TERM; while :; do sleep 0.1; done'
const isRunning = (pod: Pod) => pod.status.phase === 'Running'
const isReady = (pod: Pod) =>
  pod.status.conditions?.some(each => each.type === 'Ready' && each.status === 'True') ?? false
const statusOf = (pod: Pod, name = 'c'): ContainerStatus | undefined =>
  [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])].find(
    each => each.name === name,
  )
const waitingFor = (reason: string) => (pod: Pod) => statusOf(pod)?.state.waiting?.reason === reason

describe('a kubelet with real containers', { skip, concurrency: false }, () => {
  let node: RealNode
  before(async () => {
    node = await startRealNode('10.233.9.0/24')
  })
  after(async () => {
    await node?.stop()
  })

  /** What a container printed, once it has printed anything. */
  const printed = (name: string, wanted = /\n/) =>
    eventually(async () => {
      const { body } = await node.get(`/containerLogs/default/${name}/c`)
      if (wanted.test(body)) return body
      throw new Error(`printed so far: ${body}`)
    }, 20_000)

  test('the node registers, gets ready and keeps a lease', async () => {
    const ready = await eventually(async () => {
      const found = await node.client.of(nodes).get(node.name)
      return found.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True' ? found : undefined
    })
    assert.equal(ready.metadata.labels?.['kubernetes.io/hostname'], node.name)
    assert.deepEqual(ready.status.addresses, [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: node.name },
    ])
    assert.equal(ready.status.daemonEndpoints.kubeletEndpoint.Port, node.kubelet().port)
    assert.match(ready.status.nodeInfo.containerRuntimeVersion, /^containerd:\/\/1\./)
    assert.deepEqual(
      ready.status.conditions?.map(({ type, status }) => `${type}=${status}`),
      ['MemoryPressure=False', 'DiskPressure=False', 'PIDPressure=False', 'Ready=True'],
    )
    const lease = await node.client.of(leases).get(node.name, { namespace: 'kube-node-lease' })
    assert.equal(lease.spec.holderIdentity, node.name)
  })

  test('a pod runs, tells how it is, and goes without a trace', async () => {
    await node.run('web', { containers: [container({ image: 'nginx' })] })
    const pod = await node.until('web', isReady)
    assert.match(pod.status.podIP ?? '', /^10\.233\.9\./)
    // Without a probe a container is ready when it has started, which is before it listens.
    const page = await eventually(() => fetch(`http://${pod.status.podIP}/`))
    assert.equal(page.status, 200)
    assert.deepEqual(pod.status.conditions?.map(({ type, status }) => `${type}=${status}`).sort(), [
      'ContainersReady=True',
      'Initialized=True',
      'PodReadyToStartContainers=True',
      'PodScheduled=True',
      'Ready=True',
    ])
    const told = await eventually(async () => {
      const { items } = await node.client.of(events).list({ namespace: 'default' })
      const own = items.filter(({ involvedObject }) => involvedObject.name === 'web').map(({ reason }) => reason)
      return own.includes('Started') ? own : undefined
    })
    assert.deepEqual(told.sort(), ['Created', 'Pulled', 'Started'])
    const cgroup = `/sys/fs/cgroup/memory/caravel-test-${process.pid}/kubepods/besteffort/pod${pod.metadata.uid}`
    if (existsSync('/sys/fs/cgroup/memory')) assert.ok(existsSync(cgroup))
    await node.remove('web')
    await eventually(() => node.kubelet().pods.list().length === 0)
    assert.equal(existsSync(cgroup), false)
    assert.equal(existsSync(`${node.containerd.directory}/kubelet/pods/${pod.metadata.uid}`), false)
  })

  test('a kubelet that comes back takes the containers over and restarts none', async () => {
    await node.run('kept', {
      containers: [container({ ...shell(forever), readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 } })],
    })
    const earlier = await node.until('kept', isReady)
    await node.run('left', { containers: [container(shell(forever))] })
    await node.until('left', isRunning)
    await node.restartKubelet()
    await eventually(() => node.kubelet().pods.find('default', 'kept')?.runtimeState.containers.length === 1)
    const later = await node.pod('kept')
    assert.equal(statusOf(later)?.containerID, statusOf(earlier)?.containerID)
    assert.equal(statusOf(later)?.restartCount, 0)
    assert.deepEqual(later.status.conditions, earlier.status.conditions)
    await Promise.all([node.remove('kept'), node.remove('left')])
  })

  test('a container that is killed starts again, and is held back when that goes on', async () => {
    await node.run('crash', { containers: [container(shell(`echo started; ${forever}`))] })
    const first = await node.until('crash', isRunning)
    const kill = async () => {
      const id = (statusOf(await node.pod('crash'))?.containerID ?? '').replace('containerd://', '')
      const [task] = execFileSync('ctr', ['-a', node.containerd.socket, '-n', 'k8s.io', 'tasks', 'ls'])
        .toString()
        .split('\n')
        .filter(line => line.startsWith(id))
      process.kill(Number(task?.split(/\s+/)[1]), 'SIGKILL')
    }
    await kill()
    const second = await node.until('crash', pod => statusOf(pod)?.restartCount === 1 && isRunning(pod))
    assert.notEqual(statusOf(second)?.containerID, statusOf(first)?.containerID)
    assert.equal(statusOf(second)?.lastState.terminated?.exitCode, 137)
    assert.equal(statusOf(second)?.lastState.terminated?.reason, 'Error')
    const { body } = await node.get('/containerLogs/default/crash/c?previous=true')
    assert.equal(body, 'started\n')
    await kill()
    const held = await node.until('crash', waitingFor('CrashLoopBackOff'))
    assert.match(
      statusOf(held)?.state.waiting?.message ?? '',
      /^back-off 10s restarting failed container=c pod=crash_default\(/,
    )
    assert.equal(held.status.phase, 'Running')
    await node.remove('crash')
  })

  test('a pod that runs to its end: init containers in order, a sidecar beside, last words', async () => {
    const mount = { volumeMounts: [{ name: 'd', mountPath: '/d' }] }
    await node.run('job', {
      restartPolicy: 'Never',
      volumes: [{ name: 'd', emptyDir: {} }],
      initContainers: [
        container({ name: 'i1', ...shell('echo 1 >> /d/order'), ...mount }),
        container({ name: 's', restartPolicy: 'Always', ...shell(`echo s >> /d/order; ${forever}`), ...mount }),
        container({ name: 'i2', ...shell('sleep 0.3; echo 2 >> /d/order'), ...mount }),
      ],
      containers: [container({ ...shell('cat /d/order; echo -n bye > /dev/termination-log'), ...mount })],
    })
    const done = await node.until('job', pod => pod.status.phase === 'Succeeded', 20_000)
    assert.equal(await printed('job'), '1\ns\n2\n')
    assert.equal(statusOf(done)?.state.terminated?.message, 'bye')
    assert.equal(statusOf(done)?.state.terminated?.reason, 'Completed')
    assert.ok(statusOf(done, 's')?.state.terminated)
    const conditions = new Map(done.status.conditions?.map(({ type, status, reason }) => [type, `${status} ${reason}`]))
    assert.equal(conditions.get('Ready'), 'False PodCompleted')
    assert.equal(conditions.get('Initialized'), 'True PodCompleted')
    await node.remove('job')
  })

  test('a pod that fails says why, from its log when its file is empty', async () => {
    await node.run('fails', {
      restartPolicy: 'Never',
      containers: [container({ ...shell('echo no luck; exit 3'), terminationMessagePolicy: 'FallbackToLogsOnError' })],
    })
    const failed = await node.until('fails', pod => pod.status.phase === 'Failed')
    assert.equal(statusOf(failed)?.state.terminated?.exitCode, 3)
    assert.equal(statusOf(failed)?.state.terminated?.message, 'no luck\n')
    await node.remove('fails')
  })

  test('variables come from everywhere, and a missing source is waited for', async () => {
    const metadata = { namespace: 'default' }
    await node.client.of(secrets).create({ metadata: { ...metadata, name: 's' }, data: { k: btoa('from secret') } })
    await node.run(
      'env',
      {
        containers: [
          container({
            ...shell('env; echo "arg: $0"'),
            args: ['$(EXPANDED)'],
            envFrom: [{ prefix: 'ALL_', configMapRef: { name: 'late' } }],
            env: [
              { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
              { name: 'EXPANDED', value: '<$(SECRET)>' },
              { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['l']" } } },
              { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
              { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
              { name: 'GONE', valueFrom: { configMapKeyRef: { name: 'none', key: 'k', optional: true } } },
            ],
            resources: { limits: { cpu: '250m', memory: '64Mi' } },
          }),
        ],
      },
      { labels: { l: 'v' } },
    )
    const waits = await node.until('env', waitingFor('CreateContainerConfigError'))
    assert.equal(statusOf(waits)?.state.waiting?.message, 'configmap "late" not found')
    await node.client.of(configMaps).create({ metadata: { ...metadata, name: 'late' }, data: { a: 'b' } })
    const log = await printed('env', /arg/)
    const pod = await node.pod('env')
    for (const line of [
      'ALL_a=b',
      'SECRET=from secret',
      'EXPANDED=<from secret>',
      'NAME=env',
      'LABEL=v',
      `IP=${pod.status.podIP}`,
      'CPU=250',
      'KUBERNETES_SERVICE_HOST=10.96.0.1',
      'KUBERNETES_PORT_443_TCP=tcp://10.96.0.1:443',
      'HOSTNAME=env',
      'arg: <from secret>',
    ]) {
      assert.ok(log.split('\n').includes(line), `${line} in ${log}`)
    }
    assert.doesNotMatch(log, /GONE/)
    await node.remove('env')
  })

  test('volumes of every type show what they should, and follow changes', async () => {
    const metadata = { namespace: 'default' }
    await node.client.of(configMaps).create({ metadata: { ...metadata, name: 'files' }, data: { a: 'one', b: 'two' } })
    await node.run(
      'volumes',
      {
        securityContext: { fsGroup: 1234, runAsUser: 1000 },
        volumes: [
          { name: 'disk', emptyDir: {} },
          { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
          { name: 'config', configMap: { name: 'files', items: [{ key: 'a', path: 'deep/a', mode: 0o400 }] } },
          { name: 'all', configMap: { name: 'files' } },
          { name: 'down', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          {
            name: 'token',
            projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3600 } }] },
          },
          { name: 'host', hostPath: { path: '/etc/hostname', type: 'File' } },
        ],
        containers: [
          container({
            ...shell(
              'id -G; stat -c %g:%a /disk /config/deep/a; cat /config/deep/a; df -k /memory | tail -1; cat /down/labels; wc -c < /token/token; ls /sub; ' +
                'while [ "$(cat /all/a)" = one ]; do sleep 0.1; done; cat /all/a; echo; ' +
                forever,
            ),
            volumeMounts: [
              { name: 'disk', mountPath: '/disk' },
              { name: 'memory', mountPath: '/memory' },
              { name: 'config', mountPath: '/config' },
              { name: 'all', mountPath: '/all', readOnly: true },
              { name: 'down', mountPath: '/down' },
              { name: 'token', mountPath: '/token' },
              { name: 'host', mountPath: '/host' },
              { name: 'disk', mountPath: '/sub', subPath: 'x/y' },
            ],
          }),
        ],
      },
      { labels: { l: 'v' } },
    )
    const log = await printed('volumes', /l="v"\d+\n/)
    assert.match(log, /^.*\b1234\b.*\n1234:2777\n1234:440\none/)
    assert.match(log, /tmpfs +1024 /)
    await node.client.of(configMaps).patch('files', 'merge', { data: { a: 'changed' } }, metadata)
    await printed('volumes', /changed/)
    await node.remove('volumes')
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    assert.ok(!mounts.includes(`${node.containerd.directory}/kubelet/pods`))
  })

  test('a volume that cannot be mounted is told, with the type when it is unknown', async () => {
    await node.run('nfs', {
      volumes: [{ name: 'v', nfs: { server: 's', path: '/' } }],
      containers: [container({ volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
    })
    const event = await eventually(async () => {
      const { items } = await node.client.of(events).list({ namespace: 'default' })
      return items.find(({ involvedObject, reason }) => involvedObject.name === 'nfs' && reason === 'FailedMount')
    })
    assert.match(event.message ?? '', /MountVolume\.SetUp failed for volume "v" : .*nfs/)
    assert.ok(waitingFor('ContainerCreating')(await node.pod('nfs')))
    await node.remove('nfs')
  })

  test('images that cannot be had are told by their reasons', async () => {
    const cases = [
      ['never', { image: 'none:1', imagePullPolicy: 'Never' }, 'ErrImageNeverPull'],
      ['badname', { image: 'Bad Name' }, 'InvalidImageName'],
      ['missing', { image: '127.0.0.1:1/none:1' }, 'ImagePullBackOff'],
    ] as const
    for (const [name, more] of cases) await node.run(name, { containers: [container(more)] })
    for (const [name, , reason] of cases) await node.until(name, waitingFor(reason))
    const message = statusOf(await node.pod('missing'))?.state.waiting?.message ?? ''
    assert.match(message, /^Back-off pulling image "127\.0\.0\.1:1\/none:1": ErrImagePull: rpc error: code = /)
    await Promise.all(cases.map(([name]) => node.remove(name)))
  })

  test('probes decide about readiness and restarts', async () => {
    await node.run('probed', {
      containers: [
        container({
          ...shell(`touch /live; ${forever}`),
          startupProbe: { exec: { command: ['test', '-e', '/live'] }, periodSeconds: 1 },
          livenessProbe: { exec: { command: ['test', '-e', '/live'] }, periodSeconds: 1, failureThreshold: 1 },
          readinessProbe: { exec: { command: ['test', '-e', '/ready'] }, periodSeconds: 1, failureThreshold: 1 },
        }),
      ],
    })
    const started = await node.until('probed', pod => statusOf(pod)?.started === true)
    assert.equal(statusOf(started)?.ready, false)
    const run = async (...command: string[]) => {
      const found = node.kubelet().pods.find('default', 'probed')?.runtimeState.containers[0]
      execFileSync('ctr', [
        '-a',
        node.containerd.socket,
        '-n',
        'k8s.io',
        'tasks',
        'exec',
        '--exec-id',
        'x',
        found?.id ?? '',
        ...command,
      ])
    }
    await run('touch', '/ready')
    await node.until('probed', isReady)
    await run('rm', '/live')
    const again = await node.until(
      'probed',
      pod => statusOf(pod)?.restartCount === 1 && statusOf(pod)?.started === true,
    )
    assert.equal(statusOf(again)?.ready, false)
    await node.remove('probed')
  })

  test('hooks run, and deletion waits for the container to end by itself', async () => {
    await node.run('hooked', {
      terminationGracePeriodSeconds: 10,
      volumes: [{ name: 'd', hostPath: { path: node.containerd.directory } }],
      containers: [
        container({
          ...shell('trap "sleep 0.5; echo term >> /d/hooks; exit 0" TERM; while :; do sleep 0.1; done'),
          lifecycle: {
            postStart: { exec: shell('echo post >> /d/hooks') },
            preStop: { exec: shell('echo pre >> /d/hooks') },
          },
          volumeMounts: [{ name: 'd', mountPath: '/d' }],
        }),
      ],
    })
    await node.until('hooked', isRunning)
    await node.remove('hooked', 10)
    assert.equal(readFileSync(`${node.containerd.directory}/hooks`, 'utf8'), 'post\npre\nterm\n')
  })

  test('a pod that will not end may be given less time than it was', async () => {
    await node.run('stubborn', {
      terminationGracePeriodSeconds: 60,
      containers: [container(shell('trap "" TERM; while :; do sleep 0.1; done'))],
    })
    await node.until('stubborn', isRunning)
    await node.client.of(pods).delete('stubborn', { namespace: 'default' })
    await eventually(() => node.kubelet().pods.find('default', 'stubborn')?.ending)
    const began = Date.now()
    await node.remove('stubborn', 1)
    assert.ok(Date.now() - began < 10_000)
  })

  test('a pod may not run longer than its deadline', async () => {
    await node.run('late', { activeDeadlineSeconds: 1, containers: [container(shell(forever))] })
    const failed = await node.until('late', pod => pod.status.phase === 'Failed')
    assert.equal(failed.status.reason, 'DeadlineExceeded')
    await node.remove('late')
  })

  test('limits reach the control groups, and a container beyond its memory is killed', async () => {
    await node.run('limited', {
      restartPolicy: 'Never',
      containers: [
        container({
          ...shell('head -c 100m /dev/zero | tail'),
          resources: { limits: { memory: '16Mi', cpu: '500m' } },
        }),
      ],
    })
    const killed = await node.until('limited', pod => pod.status.phase === 'Failed', 20_000)
    assert.equal(killed.status.qosClass, 'Guaranteed')
    assert.equal(statusOf(killed)?.state.terminated?.reason, 'OOMKilled')
    await node.remove('limited')
  })

  test('pods that were deleted while no kubelet ran are ended by the next', async () => {
    await node.run('orphan', { containers: [container(shell(forever))] })
    const { metadata } = await node.until('orphan', isRunning)
    await node.kubelet().stop()
    await node.client.of(pods).delete('orphan', { namespace: 'default', gracePeriodSeconds: 0 })
    await node.restartKubelet()
    await node.eventually(() => {
      const ctr = ['-a', node.containerd.socket, '-n', 'k8s.io', 'c', 'ls', '-q']
      const left = execFileSync('ctr', [...ctr, `labels."io.kubernetes.pod.uid"==${metadata.uid}`])
        .toString()
        .trim()
      if (left === '') return true
      throw new Error(`still there of ${metadata.uid}: ${left}`)
    }, 30_000)
  })

  test('a runtime that dies and comes back changes nothing for the pods', async () => {
    await node.run('steady', { containers: [container(shell(forever))] })
    const earlier = await node.until('steady', isReady)
    await node.containerd.restart()
    await node.run('next', { containers: [container(shell(forever))] })
    await node.until('next', isReady, 20_000)
    assert.equal(statusOf(await node.pod('steady'))?.containerID, statusOf(earlier)?.containerID)
    await Promise.all([node.remove('steady'), node.remove('next')])
  })
})
