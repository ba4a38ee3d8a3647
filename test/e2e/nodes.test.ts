import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { columns, type Kubectl, noKubectl, openKubectl } from './kubectl.ts'
import { type ServerProcess, startServer } from './server.ts'

describe('kubectl looks after nodes', { skip: noKubectl }, () => {
  let server: ServerProcess
  let kubectl: Kubectl

  before(async () => {
    server = await startServer('--simulated-nodes', '2')
    kubectl = await openKubectl(server.kubeconfig)
    await kubectl('wait', '--for=condition=Ready', 'node', '--all', '--timeout=10s')
  })
  after(async () => {
    await kubectl?.close()
    await server?.stop()
  })

  const statuses = async () => columns(await kubectl('get', 'nodes'), 'NAME', 'STATUS')
  const placed = async () => [
    ...new Set((await kubectl('get', 'pods', '-o', 'jsonpath={.items[*].spec.nodeName}')).split(' ')),
  ]

  it('shows them', async () => {
    assert.deepEqual(columns(await kubectl('get', 'nodes'), 'NAME', 'STATUS', 'ROLES', 'VERSION'), [
      ['node-1', 'Ready', '<none>', 'v1.36.2'],
      ['node-2', 'Ready', '<none>', 'v1.36.2'],
    ])
    const text = await kubectl('describe', 'node', 'node-1')
    for (const line of [
      /^ {2}Ready +True .* KubeletReady +kubelet is posting ready status$/m,
      /^PodCIDR: +10\.244\.[01]\.0\/24$/m,
      /^Taints: +<none>$/m,
      /^ {2}HolderIdentity: +node-1$/m,
      /Normal +RegisteredNode +\S+ +node-controller +Node node-1 event: Registered Node node-1 in Controller$/m,
    ])
      assert.match(text, line)
    assert.deepEqual(columns(await kubectl('get', 'leases', '-n', 'kube-node-lease'), 'NAME', 'HOLDER'), [
      ['node-1', 'node-1'],
      ['node-2', 'node-2'],
    ])
  })

  it('cordons, drains by eviction, and uncordons', async () => {
    await kubectl('create', 'deployment', 'spread', '--image=nginx', '--replicas=4')
    await kubectl('rollout', 'status', 'deploy/spread', '--timeout=20s')
    assert.deepEqual((await placed()).sort(), ['node-1', 'node-2'])
    assert.equal(await kubectl('cordon', 'node-1'), 'node/node-1 cordoned\n')
    assert.deepEqual(await statuses(), [
      ['node-1', 'Ready,SchedulingDisabled'],
      ['node-2', 'Ready'],
    ])
    await kubectl('run', 'alone', '--image=nginx', '--overrides={"spec":{"nodeName":"node-1"}}')
    const refused = await kubectl.run(['drain', 'node-1'])
    assert.equal(refused.code, 1)
    assert.match(
      refused.stderr,
      /cannot delete Pods that declare no controller \(use --force to override\): default\/alone/,
    )
    const { code, stdout } = await kubectl.run(['drain', 'node-1', '--force', '--timeout=30s'])
    assert.equal(code, 0)
    assert.match(stdout, /^evicting pod default\/alone$/m)
    assert.match(stdout, /^pod\/spread-\S+ evicted$/m)
    assert.match(stdout, /^node\/node-1 drained$/m)
    await kubectl('rollout', 'status', 'deploy/spread', '--timeout=20s')
    assert.deepEqual(await placed(), ['node-2'])
    assert.equal(await kubectl('uncordon', 'node-1'), 'node/node-1 uncordoned\n')
    assert.deepEqual((await statuses())[0], ['node-1', 'Ready'])
  })

  it('keeps pods off tainted nodes, and says why one waits', async () => {
    assert.equal(
      await kubectl('taint', 'nodes', '--all', 'team=a:NoSchedule'),
      'node/node-1 tainted\nnode/node-2 tainted\n',
    )
    await kubectl('run', 'waits', '--image=nginx')
    await kubectl('wait', 'pod/waits', '--for=jsonpath={.status.conditions[0].reason}=Unschedulable', '--timeout=10s')
    assert.deepEqual(columns(await kubectl('get', 'pod', 'waits', '-o', 'wide'), 'READY', 'STATUS', 'NODE'), [
      ['0/1', 'Pending', '<none>'],
    ])
    assert.match(
      await kubectl('describe', 'pod', 'waits'),
      /Warning {2}FailedScheduling {2}\S+ +default-scheduler {2}0\/2 nodes are available: 2 node\(s\) had untolerated taint\(s\)\. no new claims to deallocate, preemption: 0\/2 nodes are available: 2 Preemption is not helpful for scheduling\./,
    )
    await kubectl('taint', 'nodes', 'node-2', 'team-')
    await kubectl('wait', '--for=condition=Ready', 'pod/waits', '--timeout=10s')
    assert.equal(await kubectl('get', 'pod', 'waits', '-o', 'jsonpath={.spec.nodeName}'), 'node-2')
    assert.equal(await kubectl('taint', 'nodes', 'node-2', 'team=a:NoExecute'), 'node/node-2 tainted\n')
    await kubectl('wait', '--for=delete', 'pod/waits', '--timeout=10s')
    await kubectl('taint', 'nodes', 'node-1', 'node-2', 'team-')
  })

  it('says that a pod asks for more than there is', async () => {
    await kubectl.apply([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'huge' },
        spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '1000' } } }] },
      },
    ])
    await kubectl('wait', 'pod/huge', '--for=jsonpath={.status.conditions[0].reason}=Unschedulable', '--timeout=10s')
    assert.match(
      await kubectl('get', 'pod', 'huge', '-o', 'jsonpath={.status.conditions[0].message}'),
      /^0\/2 nodes are available: 2 Insufficient cpu\./,
    )
    await kubectl('delete', 'pod', 'huge')
  })

  it('says of a simulated node that it has no logs', async () => {
    await kubectl('run', 'mute', '--image=nginx')
    await kubectl('wait', '--for=condition=Ready', 'pod/mute', '--timeout=10s')
    const { code, stderr } = await kubectl.run(['logs', 'mute'])
    assert.equal(code, 1)
    assert.match(stderr, /node node-\d is simulated: it has no kubelet that could be asked/)
  })
})
