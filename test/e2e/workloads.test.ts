import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { columns, type Kubectl, noKubectl, openKubectl, project } from './kubectl.ts'
import { type ServerProcess, startServer } from './server.ts'

const manifest = join(project, 'examples/nginx-rc.yaml')
const deprecated =
  'Warning: extensions/v1beta1 Deployment is deprecated in v1.8+, unavailable in v1.16+; use apps/v1 Deployment\n'

/** What changes from run to run, replaced by what it is. */
const settled = (text: string) =>
  text
    .replaceAll(/-[0-9a-f]{8,10}-[a-z0-9]{5}\b/g, '-HASH-POD')
    .replaceAll(/\bnginx-[0-9a-f]{8,10}\b/g, 'nginx-HASH')
    .replaceAll(/(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), .* [+]0000/g, 'DATE')

describe('kubectl runs workloads', { skip: noKubectl }, () => {
  let server: ServerProcess
  let kubectl: Kubectl

  before(async () => {
    server = await startServer('--simulated-nodes', '2')
    kubectl = await openKubectl(server.kubeconfig)
  })
  after(async () => {
    await kubectl?.close()
    await server?.stop()
  })

  it('takes the manifest of 2016 as it stands, with a warning', async () => {
    const made = await kubectl.run(['create', '-f', manifest])
    assert.deepEqual(made, { code: 0, stdout: 'deployment.extensions/nginx created\n', stderr: deprecated })
    const rolled = await kubectl('rollout', 'status', 'deployment/nginx', '--timeout=30s')
    assert.match(rolled, /^deployment "nginx" successfully rolled out$/m)
    const again = await kubectl.run(['create', '-f', manifest])
    assert.equal(again.code, 1)
    assert.match(
      again.stderr,
      /^Error from server \(AlreadyExists\): error when creating ".*nginx-rc.yaml": deployments.apps "nginx" already exists$/m,
    )
  })

  it('shows the deployment, its replica set and its pods', async () => {
    assert.deepEqual(columns(await kubectl('get', 'deploy'), 'NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE'), [
      ['nginx', '3/3', '3', '3'],
    ])
    assert.deepEqual(columns(await kubectl('get', 'deploy', '-o', 'wide'), 'CONTAINERS', 'IMAGES', 'SELECTOR'), [
      ['nginx', 'nginx', 'k8s-app=nginx'],
    ])
    const sets = columns(await kubectl('get', 'rs'), 'NAME', 'DESIRED', 'CURRENT', 'READY')
    assert.deepEqual(
      sets.map(([name = '', ...rest]) => [settled(name), ...rest]),
      [['nginx-HASH', '3', '3', '3']],
    )
    const pods = await kubectl('get', 'pods', '-o', 'wide')
    assert.deepEqual(columns(pods, 'READY', 'STATUS', 'RESTARTS', 'NOMINATED NODE', 'READINESS GATES'), [
      ['1/1', 'Running', '0', '<none>', '<none>'],
      ['1/1', 'Running', '0', '<none>', '<none>'],
      ['1/1', 'Running', '0', '<none>', '<none>'],
    ])
    for (const [name, ip, node] of columns(pods, 'NAME', 'IP', 'NODE')) {
      assert.match(name ?? '', /^nginx-[0-9a-f]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
      assert.match(ip ?? '', /^10\.\d+\.\d+\.\d+$/)
      assert.match(node ?? '', /^node-[12]$/)
    }
    const all = await kubectl('get', 'all')
    for (const kind of ['pod/nginx-', 'service/kubernetes', 'deployment.apps/nginx', 'replicaset.apps/nginx-'])
      assert.ok(all.includes(kind), `${kind} is among all`)
  })

  it('describes the deployment', async () => {
    const text = settled(await kubectl('describe', 'deployment', 'nginx'))
    assert.equal(
      text.replace(/\n {2}Normal.*/s, '\n'),
      `Name:                   nginx
Namespace:              default
CreationTimestamp:      DATE
Labels:                 k8s-app=nginx
                        kubernetes.io/cluster-service=true
Annotations:            deployment.kubernetes.io/revision: 1
Selector:               k8s-app=nginx
Replicas:               3 desired | 3 updated | 3 total | 3 available | 0 unavailable
StrategyType:           RollingUpdate
MinReadySeconds:        0
RollingUpdateStrategy:  1 max unavailable, 1 max surge
Pod Template:
  Labels:  k8s-app=nginx
           kubernetes.io/cluster-service=true
  Containers:
   nginx:
    Image:      nginx
    Port:       80/TCP
    Host Port:  0/TCP
    Limits:
      cpu:         100m
      memory:      100Mi
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      True    MinimumReplicasAvailable
OldReplicaSets:  <none>
NewReplicaSet:   nginx-HASH (3/3 replicas created)
Events:
  Type    Reason             Age   From                   Message
  ----    ------             ----  ----                   -------
`,
    )
    assert.match(
      text,
      /Normal {2}ScalingReplicaSet {2}\S+ +deployment-controller {2}Scaled up replica set nginx-HASH from 0 to 3/,
    )
  })

  it('describes a pod: where it is, what it runs, what happened', async () => {
    const pod = (await kubectl('get', 'pods', '-o', 'name')).split('\n')[0] ?? ''
    const text = await kubectl('describe', pod)
    for (const line of [
      /^Priority: +0$/m,
      /^Service Account: +default$/m,
      /^Node: +node-[12]\/10\.254\.0\.[12]$/m,
      /^Status: +Running$/m,
      /^Controlled By: +ReplicaSet\/nginx-[0-9a-f]+$/m,
      /^ {4}Image: +nginx$/m,
      /^ {4}Limits:\n {6}cpu: +100m\n {6}memory: +100Mi\n {4}Requests:\n {6}cpu: +100m\n {6}memory: +100Mi$/m,
      /^ {6}\/var\/run\/secrets\/kubernetes\.io\/serviceaccount from kube-api-access-\w{5} \(ro\)$/m,
      /^QoS Class: +Guaranteed$/m,
      /^Tolerations: +node\.kubernetes\.io\/not-ready:NoExecute op=Exists for 300s$/m,
      /^ {2}Normal {2}Scheduled {2}.*default-scheduler {2}Successfully assigned default\/nginx-\S+ to node-[12]$/m,
    ])
      assert.match(text, line)
  })

  it('exposes it as a service with endpoints', async () => {
    assert.equal(
      await kubectl('expose', 'deployment', 'nginx', '--type=NodePort', '--port=80'),
      'service/nginx exposed\n',
    )
    const [service] = columns(await kubectl('get', 'svc', 'nginx'), 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)')
    assert.deepEqual([service?.[0], service?.[2]], ['NodePort', '<none>'])
    assert.match(service?.[1] ?? '', /^10\.\d+\.\d+\.\d+$/)
    const port = Number(/^80:(\d+)\/TCP$/.exec(service?.[3] ?? '')?.[1])
    assert.ok(port >= 30_000 && port <= 32_767, `node port ${port}`)
    await kubectl('wait', '--for=jsonpath={.endpoints[2].conditions.ready}=true', 'endpointslices', '-l=k8s-app=nginx')
    const endpoints = await kubectl.run(['get', 'endpoints', 'nginx'])
    assert.equal(
      endpoints.stderr,
      'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n',
    )
    assert.match(endpoints.stdout, /^nginx +10\.\S+:80,10\.\S+:80,10\.\S+:80 /m)
    assert.match(await kubectl('describe', 'svc', 'nginx'), /^Endpoints: +10\.\S+:80,10\.\S+:80,10\.\S+:80$/m)
  })

  it('scales', async () => {
    assert.equal(await kubectl('scale', 'deploy/nginx', '--replicas=5'), 'deployment.apps/nginx scaled\n')
    await kubectl('wait', 'deploy/nginx', '--for=jsonpath={.status.readyReplicas}=5', '--timeout=20s')
    const wrong = await kubectl.run(['scale', 'deploy/nginx', '--replicas=2', '--current-replicas=3'])
    assert.deepEqual([wrong.code, wrong.stderr], [1, 'error: Expected replicas to be 3, was 5\n'])
    await kubectl('scale', 'deploy/nginx', '--replicas=3')
    await kubectl('wait', 'deploy/nginx', '--for=jsonpath={.status.replicas}=3', '--timeout=20s')
  })

  it('rolls out a change, and back', async () => {
    const image = '-o=jsonpath={.spec.template.spec.containers[0].image}'
    assert.equal(
      await kubectl('set', 'image', 'deploy/nginx', 'nginx=nginx:1.27'),
      'deployment.apps/nginx image updated\n',
    )
    assert.match(await kubectl('rollout', 'status', 'deploy/nginx', '--timeout=30s'), /successfully rolled out/)
    await kubectl('annotate', 'deploy/nginx', 'kubernetes.io/change-cause=newer nginx')
    await kubectl('wait', 'rs', '-l=k8s-app=nginx', '--for=jsonpath={.metadata.labels.k8s-app}=nginx')
    assert.equal(
      await kubectl('rollout', 'history', 'deploy/nginx'),
      'deployment.apps/nginx \nREVISION  CHANGE-CAUSE\n1         <none>\n2         newer nginx\n\n',
    )
    assert.match(
      await kubectl('rollout', 'history', 'deploy/nginx', '--revision=2'),
      /^deployment.apps\/nginx with revision #2\nPod Template:\n {2}Labels:\tk8s-app=nginx\n.*Image:\tnginx:1\.27$/ms,
    )
    assert.equal(await kubectl('rollout', 'undo', 'deploy/nginx'), 'deployment.apps/nginx rolled back\n')
    assert.match(await kubectl('rollout', 'status', 'deploy/nginx', '--timeout=30s'), /successfully rolled out/)
    assert.equal(await kubectl('get', 'deploy/nginx', image), 'nginx')
    assert.match(
      await kubectl('rollout', 'history', 'deploy/nginx'),
      /REVISION {2}CHANGE-CAUSE\n2 {9}newer nginx\n3 {9}<none>\n/,
    )
    await kubectl('rollout', 'undo', 'deploy/nginx', '--to-revision=2')
    await kubectl('rollout', 'status', 'deploy/nginx', '--timeout=30s')
    assert.equal(await kubectl('get', 'deploy/nginx', image), 'nginx:1.27')
    const none = await kubectl.run(['rollout', 'undo', 'deploy/nginx', '--to-revision=99'])
    assert.deepEqual([none.code, none.stderr], [1, 'error: unable to find specified revision 99 in history\n'])
  })

  it('pauses and resumes a rollout, and restarts', async () => {
    const template = '-o=jsonpath={.metadata.annotations.deployment\\.kubernetes\\.io/revision}'
    assert.equal(await kubectl('rollout', 'pause', 'deploy/nginx'), 'deployment.apps/nginx paused\n')
    const before = await kubectl('get', 'deploy/nginx', template)
    await kubectl('set', 'image', 'deploy/nginx', 'nginx=nginx:1.28')
    await kubectl(
      'wait',
      'deploy/nginx',
      `--for=jsonpath={.status.observedGeneration}=${await generation()}`,
      '--timeout=10s',
    )
    assert.equal(await kubectl('get', 'deploy/nginx', template), before)
    const paused = await kubectl.run(['rollout', 'undo', 'deploy/nginx'])
    assert.match(paused.stderr, /cannot rollback a paused deployment/)
    assert.equal(await kubectl('rollout', 'resume', 'deploy/nginx'), 'deployment.apps/nginx resumed\n')
    assert.match(await kubectl('rollout', 'status', 'deploy/nginx', '--timeout=30s'), /successfully rolled out/)
    assert.equal(await kubectl('rollout', 'restart', 'deploy/nginx'), 'deployment.apps/nginx restarted\n')
    assert.match(await kubectl('rollout', 'status', 'deploy/nginx', '--timeout=30s'), /successfully rolled out/)
    const again = await kubectl(
      'get',
      'deploy/nginx',
      '-o=jsonpath={.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}',
    )
    assert.match(again, /^20\d\d-\d\d-\d\dT/)
  })

  const generation = () => kubectl('get', 'deploy/nginx', '-o=jsonpath={.metadata.generation}')

  it('waits for conditions, values and deletions, and says when time is up', async () => {
    assert.equal(
      await kubectl('wait', '--for=condition=Available', 'deploy/nginx', '--timeout=10s'),
      'deployment.apps/nginx condition met\n',
    )
    const late = await kubectl.run(['wait', '--for=condition=Nonsense', 'deploy/nginx', '--timeout=1s'])
    assert.deepEqual([late.code, late.stderr], [1, 'error: timed out waiting for the condition on deployments/nginx\n'])
    await kubectl('run', 'brief', '--image=busybox')
    await kubectl('wait', '--for=condition=Ready', 'pod/brief', '--timeout=10s')
    const gone = kubectl('wait', '--for=delete', 'pod/brief', '--timeout=20s')
    await kubectl('delete', 'pod', 'brief')
    assert.match(await gone, /^(pod\/brief condition met\n)?$/)
    assert.equal(
      await kubectl('wait', '--for=create', 'deploy/nginx', '--timeout=5s'),
      'deployment.apps/nginx condition met\n',
    )
  })

  it('tells what happened, by kubectl events and get events', async () => {
    const events = await kubectl('events', '--for=deployment/nginx')
    assert.match(events, /Normal +ScalingReplicaSet +Deployment\/nginx +Scaled up replica set nginx-\S+ from 0 to 3/)
    const listed = await kubectl('get', 'events', '--field-selector=reason=SuccessfulCreate')
    assert.match(listed, /^\S+ +Normal +SuccessfulCreate +replicaset\/nginx-\S+ +Created pod: nginx-/m)
  })

  it('runs a replication controller', async () => {
    await kubectl.apply([
      {
        apiVersion: 'v1',
        kind: 'ReplicationController',
        metadata: { name: 'old' },
        spec: {
          replicas: 2,
          selector: { app: 'old' },
          template: {
            metadata: { labels: { app: 'old' } },
            spec: { containers: [{ name: 'c', image: 'busybox' }] },
          },
        },
      },
    ])
    await kubectl('wait', 'rc/old', '--for=jsonpath={.status.readyReplicas}=2', '--timeout=20s')
    assert.deepEqual(columns(await kubectl('get', 'rc'), 'NAME', 'DESIRED', 'CURRENT', 'READY'), [
      ['old', '2', '2', '2'],
    ])
    assert.equal(await kubectl('scale', 'rc/old', '--replicas=1'), 'replicationcontroller/old scaled\n')
    await kubectl('delete', 'rc', 'old', '--timeout=20s')
    await kubectl('wait', '--for=delete', 'pods', '-l=app=old', '--timeout=20s')
  })

  it('deletes the deployment with all that hangs on it, or leaves orphans when asked', async () => {
    await kubectl('create', 'deployment', 'parent', '--image=busybox')
    await kubectl('rollout', 'status', 'deploy/parent', '--timeout=20s')
    assert.equal(
      await kubectl('delete', 'deployment', 'parent', '--cascade=orphan'),
      'deployment.apps "parent" deleted from default namespace\n',
    )
    assert.deepEqual(columns(await kubectl('get', 'rs', '-l=app=parent'), 'DESIRED', 'READY'), [['1', '1']])
    await kubectl('delete', 'rs', '-l=app=parent', '--cascade=foreground', '--timeout=20s')
    assert.equal(
      (await kubectl.run(['get', 'pods', '-l=app=parent'])).stderr,
      'No resources found in default namespace.\n',
    )
    const { code, stdout, stderr } = await kubectl.run(['delete', '-f', manifest])
    assert.deepEqual(
      [code, stdout, stderr],
      [0, 'deployment.extensions "nginx" deleted from default namespace\n', deprecated],
    )
    await kubectl('wait', '--for=delete', 'rs,pods', '-l=k8s-app=nginx', '--timeout=20s')
    const gone = await kubectl.run(['get', 'deploy,rs,pods'])
    assert.deepEqual([gone.code, gone.stderr], [0, 'No resources found in default namespace.\n'])
  })
})
