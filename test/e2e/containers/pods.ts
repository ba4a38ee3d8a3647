import assert from 'node:assert/strict'
import { it } from 'node:test'
import { eventually } from '../../../src/testing/eventually.ts'
import { columns } from '../kubectl.ts'
import type { Machine } from '../machine.ts'

/** A pod of one busybox container that runs a shell script. */
export const shell = (name: string, script: string, spec: object = {}, container: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    ...spec,
    containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', script], ...container }],
  },
})

/** Pods of every fate, as kubectl shows them. */
export function podTests(machine: () => Machine): void {
  const kubectl = (...args: string[]) => machine().kubectl(...args)
  const status = async (name: string) =>
    columns(await kubectl('get', 'pod', name), 'READY', 'STATUS', 'RESTARTS')[0]
      ?.join(' ')
      .replace(/ \(.*/, '')
  const becomes = (name: string, expected: string | RegExp, patience = 30_000) =>
    eventually(async () => {
      const seen = (await status(name)) ?? ''
      if (typeof expected === 'string' ? seen === expected : expected.test(seen)) return seen
      throw new Error(`pod ${name} is ${seen}`)
    }, patience)
  const remove = (...names: string[]) => kubectl('delete', 'pod', ...names, '--grace-period=1', '--timeout=30s')
  const messages = (name: string) =>
    kubectl(
      'get',
      'events',
      `--field-selector=involvedObject.name=${name}`,
      '-o',
      'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}',
    )

  it('a pod runs to its end: init containers first, then its own, with exit code and message', async () => {
    await machine().kubectl.apply([
      shell(
        'ends',
        'cat /work/left; echo because > /dev/termination-log',
        {
          initContainers: [
            {
              name: 'first',
              image: 'busybox',
              command: ['sh', '-c', 'echo 1 > /work/left'],
              volumeMounts: [{ name: 'work', mountPath: '/work' }],
            },
            {
              name: 'second',
              image: 'busybox',
              command: ['sh', '-c', 'echo 2 >> /work/left'],
              volumeMounts: [{ name: 'work', mountPath: '/work' }],
            },
          ],
          volumes: [{ name: 'work', emptyDir: {} }],
        },
        { volumeMounts: [{ name: 'work', mountPath: '/work' }] },
      ),
      shell('fails', 'exit 5'),
    ])
    await becomes('ends', '0/1 Completed 0')
    await becomes('fails', '0/1 Error 0')
    assert.equal(await kubectl('logs', 'ends'), '1\n2\n')
    const terminated = '{.status.containerStatuses[0].state.terminated'
    assert.equal(await kubectl('get', 'pod', 'ends', '-o', `jsonpath=${terminated}.message}`), 'because\n')
    assert.equal(
      await kubectl('get', 'pod', 'fails', '-o', `jsonpath={.status.phase} ${terminated}.exitCode}`),
      'Failed 5',
    )
    assert.equal(await kubectl('get', 'pod', 'ends', '-o', 'jsonpath={.status.phase}'), 'Succeeded')
    await remove('ends', 'fails')
  })

  it('what crashes is restarted with back-off; what it said before is kept', async () => {
    await machine().kubectl.apply([shell('crashes', 'echo bye; exit 7', { restartPolicy: 'Always' })])
    await becomes('crashes', /^0\/1 CrashLoopBackOff [1-9]$/)
    assert.equal(await kubectl('logs', 'crashes', '--previous'), 'bye\n')
    assert.match(
      await messages('crashes'),
      /^BackOff: Back-off restarting failed container c in pod crashes_default\(/m,
    )
    const last = '{.status.containerStatuses[0].lastState.terminated'
    assert.equal(await kubectl('get', 'pod', 'crashes', '-o', `jsonpath=${last}.exitCode} ${last}.reason}`), '7 Error')
    await remove('crashes')
  })

  it('an image that is not there: ErrImagePull, ImagePullBackOff, and why', async () => {
    await machine().kubectl.apply([
      shell('pulls', '', {}, { image: '127.0.0.1:9/none:1' }),
      shell('never', '', {}, { image: 'none:2', imagePullPolicy: 'Never' }),
      shell('misnamed', '', {}, { image: 'Not:An:Image' }),
    ])
    await becomes('pulls', /^0\/1 ImagePullBackOff 0$/, 60_000)
    await becomes('never', '0/1 ErrImageNeverPull 0')
    await becomes('misnamed', '0/1 InvalidImageName 0')
    assert.match(
      await messages('pulls'),
      /^Failed: Failed to pull image "127\.0\.0\.1:9\/none:1": .*connection refused$/m,
    )
    await remove('pulls', 'never', 'misnamed')
  })

  it('what takes more memory than its limit is killed, and says so', async () => {
    await machine().kubectl.apply([
      shell('greedy', 'x=a; while :; do x=$x$x; done', {}, { resources: { limits: { memory: '20Mi' } } }),
    ])
    await becomes('greedy', '0/1 OOMKilled 0')
    assert.equal(
      await kubectl('get', 'pod', 'greedy', '-o', 'jsonpath={.status.containerStatuses[0].state.terminated.exitCode}'),
      '137',
    )
    await remove('greedy')
  })

  it('what cannot be started says why: a program, a config map, a secret that is not there', async () => {
    await machine().kubectl.apply([
      shell('program', '', {}, { command: ['/nonexistent'] }),
      shell('config', '', {}, { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'k' } } }] }),
      shell(
        'volume',
        '',
        { volumes: [{ name: 'v', secret: { secretName: 'none' } }] },
        { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
      ),
    ])
    await becomes('program', '0/1 StartError 0')
    await becomes('config', '0/1 CreateContainerConfigError 0')
    await becomes('volume', '0/1 ContainerCreating 0')
    await eventually(async () =>
      /^FailedMount: MountVolume.SetUp failed for volume "v" : secret "none" not found$/m.test(
        await messages('volume'),
      ),
    )
    assert.match(await messages('config'), /^Failed: Error: configmap "none" not found$/m)
    // And recovers when the cause is gone.
    await kubectl('create', 'configmap', 'none', '--from-literal=k=v')
    await becomes('config', '0/1 Completed 0', 90_000)
    await kubectl('delete', 'configmap', 'none')
    await remove('program', 'config', 'volume')
  })

  it('environment and files come from config maps, secrets and the pod itself', async () => {
    await kubectl('create', 'configmap', 'settings', '--from-literal=colour=blue', '--from-literal=size=big')
    await kubectl('create', 'secret', 'generic', 'keys', '--from-literal=key=s3cret')
    const script = [
      'echo $COLOUR $KEY $NAME $IP_SET $CPU $from_size',
      'cat /settings/colour /keys/key /info/labels /all/token-there',
      'ls /var/run/secrets/kubernetes.io/serviceaccount',
      'stat -L -c %a /keys/key',
    ].join('; ')
    await machine().kubectl.apply([
      shell(
        'informed',
        `${script.replace('/all/token-there', '/all/colour')}; sleep 1000`,
        {
          volumes: [
            { name: 'settings', configMap: { name: 'settings' } },
            { name: 'keys', secret: { secretName: 'keys', defaultMode: 0o400 } },
            { name: 'info', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
            {
              name: 'all',
              projected: { sources: [{ configMap: { name: 'settings' } }, { secret: { name: 'keys' } }] },
            },
          ],
        },
        {
          env: [
            { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
            { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'key' } } },
            { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'IP_SET', value: 'ip-$(NAME)' },
            { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
          ],
          envFrom: [{ prefix: 'from_', configMapRef: { name: 'settings' } }],
          resources: { limits: { cpu: '50m' } },
          volumeMounts: ['settings', 'keys', 'info', 'all'].map(name => ({ name, mountPath: `/${name}` })),
        },
      ),
    ])
    await becomes('informed', '1/1 Running 0')
    assert.equal(
      (await kubectl('logs', 'informed')).replaceAll('\n', ' '),
      'blue s3cret informed ip-informed 50 big blues3cretapp="informed"blueca.crt namespace token 400 ',
    )
    assert.match(await kubectl('exec', 'informed', '--', 'sh', '-c', 'echo $IP'), /^10\.244\.0\.\d+\n$/)
    // A changed config map reaches the files.
    await kubectl('patch', 'configmap', 'settings', '--type=merge', '-p', '{"data":{"colour":"red"}}')
    await eventually(
      async () => (await kubectl('exec', 'informed', '--', 'cat', '/settings/colour')) === 'red',
      120_000,
    )
    await kubectl('delete', 'configmap/settings', 'secret/keys')
    await remove('informed')
  })

  it('limits reach the cgroup, the security context the process', async () => {
    await machine().kubectl.apply([
      shell(
        'bounded',
        'cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max; id; grep -E "CapEff|NoNewPrivs" /proc/self/status; touch /x; hostname',
        { securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000 } },
        {
          resources: { limits: { memory: '64Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ),
    ])
    await becomes('bounded', '0/1 Completed 0')
    const said = await kubectl('logs', 'bounded')
    for (const line of [
      /^67108864$/m,
      /^uid=1000 gid=2000 groups=(2000,)?3000/m,
      /^CapEff:\t0000000000000000$/m,
      /^NoNewPrivs:\t1$/m,
      /touch: \/x: Read-only file system/,
      /^bounded$/m,
    ])
      assert.match(said, line)
    await remove('bounded')
  })

  it('probes decide when a pod is ready, and when it is restarted', async () => {
    await machine().kubectl.apply([
      shell(
        'probed',
        'touch /tmp/alive; sleep 1000',
        { restartPolicy: 'Always' },
        {
          startupProbe: { exec: { command: ['cat', '/tmp/alive'] }, periodSeconds: 1 },
          readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 1 },
          livenessProbe: { exec: { command: ['cat', '/tmp/alive'] }, periodSeconds: 1, failureThreshold: 1 },
        },
      ),
    ])
    await becomes('probed', '0/1 Running 0')
    await kubectl('exec', 'probed', '--', 'touch', '/tmp/ready')
    await becomes('probed', '1/1 Running 0')
    await kubectl('exec', 'probed', '--', 'rm', '/tmp/ready')
    await becomes('probed', '0/1 Running 0')
    await kubectl('exec', 'probed', '--', 'rm', '/tmp/alive')
    await becomes('probed', '0/1 Running 1')
    const said = await messages('probed')
    assert.match(said, /^Unhealthy: Readiness probe failed: cat: can't open '\/tmp\/ready': No such file or directory/m)
    assert.match(said, /^Killing: Container c failed liveness probe, will be restarted$/m)
    await remove('probed')
  })

  it('deletion is graceful: preStop first, then TERM, then the pod is gone', async () => {
    await machine().kubectl.apply([
      shell(
        'graceful',
        'trap "echo term; exit 0" TERM; while :; do sleep 0.1; done',
        { terminationGracePeriodSeconds: 30 },
        { lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo stopping > /proc/1/fd/1'] } } } },
      ),
    ])
    await becomes('graceful', '1/1 Running 0')
    const log = machine().kubectl.follow(['logs', '-f', 'graceful'])
    try {
      const begun = Date.now()
      await kubectl('delete', 'pod', 'graceful', '--timeout=30s')
      assert.ok(Date.now() - begun < 10_000, 'it did not take the whole grace period')
      await log.until(/^stopping\nterm\n/)
      assert.equal(await log.ended(), 0)
    } finally {
      await log.stop()
    }
    assert.match((await machine().kubectl.run(['get', 'pod', 'graceful'])).stderr, /not found/)
  })

  it('what does not end by itself is killed when its grace period is over', async () => {
    await machine().kubectl.apply([shell('stubborn', 'trap "" TERM; while :; do sleep 0.1; done')])
    await becomes('stubborn', '1/1 Running 0')
    const begun = Date.now()
    await kubectl('delete', 'pod', 'stubborn', '--grace-period=2', '--timeout=30s')
    const took = Date.now() - begun
    assert.ok(took >= 1_900 && took < 15_000, `it took ${took} ms`)
  })
}
