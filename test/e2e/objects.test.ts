import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { columns, type Kubectl, noKubectl, openKubectl } from './kubectl.ts'
import { type ServerProcess, startServer } from './server.ts'

const configMap = (name: string, data: Record<string, string>, labels?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(labels ? { labels } : {}) },
  data,
})

describe('kubectl works with objects', { skip: noKubectl }, () => {
  let server: ServerProcess
  let admin: Kubectl
  let kubectl: Kubectl

  before(async () => {
    server = await startServer('--simulated-nodes', '1')
    admin = await openKubectl(server.kubeconfig)
    assert.equal(await admin('create', 'namespace', 'work'), 'namespace/work created\n')
    kubectl = admin.with('-n', 'work')
  })
  after(async () => {
    await admin?.close()
    await server?.stop()
  })

  const dataOf = async (name: string) => JSON.parse(await kubectl('get', 'cm', name, '-o', 'json')).data

  it('applies, changes nothing twice, configures, and prunes what the manifest no longer says', async () => {
    assert.equal(await kubectl.apply([configMap('applied', { a: '1', b: '2' })]), 'configmap/applied created\n')
    assert.equal(await kubectl.apply([configMap('applied', { a: '1', b: '2' })]), 'configmap/applied unchanged\n')
    assert.equal(await kubectl.apply([configMap('applied', { b: '3', c: '4' })]), 'configmap/applied configured\n')
    assert.deepEqual(await dataOf('applied'), { b: '3', c: '4' })
    assert.match(await kubectl('apply', 'view-last-applied', 'cm/applied'), /^data:\n {2}b: "3"\n {2}c: "4"$/m)
  })

  it('applies many documents of YAML in one file, and deletes them by it', async () => {
    const file = join(server.dataDir, 'many.yaml')
    await writeFile(
      file,
      `# two documents
apiVersion: v1
kind: ConfigMap
metadata:
  name: first
data:
  text: |
    line one
    line two
---
apiVersion: v1
kind: Secret
metadata: {name: second}
stringData: {password: "s3cret"}
`,
    )
    assert.equal(await kubectl('apply', '-f', file), 'configmap/first created\nsecret/second created\n')
    assert.deepEqual(await dataOf('first'), { text: 'line one\nline two\n' })
    assert.equal(
      await kubectl('get', 'secret', 'second', '-o', 'jsonpath={.data.password}'),
      Buffer.from('s3cret').toString('base64'),
    )
    assert.equal(
      await kubectl('delete', '-f', file),
      'configmap "first" deleted from work namespace\nsecret "second" deleted from work namespace\n',
    )
  })

  it('creates by words: configmap, secret, serviceaccount, deployment, service, role', async () => {
    const made: [string[], string][] = [
      [['configmap', 'words', '--from-literal=a=b'], 'configmap/words created\n'],
      [['secret', 'generic', 'words', '--from-literal=a=b'], 'secret/words created\n'],
      [['secret', 'docker-registry', 'pull', '--docker-username=u', '--docker-password=p'], 'secret/pull created\n'],
      [['serviceaccount', 'words'], 'serviceaccount/words created\n'],
      [['deployment', 'words', '--image=nginx', '--replicas=2', '--port=80'], 'deployment.apps/words created\n'],
      [['service', 'clusterip', 'words', '--tcp=80:8080'], 'service/words created\n'],
      [['service', 'nodeport', 'words-node', '--tcp=80'], 'service/words-node created\n'],
      [['service', 'externalname', 'words-out', '--external-name=example.org'], 'service/words-out created\n'],
      [['role', 'words', '--verb=get,list', '--resource=pods'], 'role.rbac.authorization.k8s.io/words created\n'],
      [['rolebinding', 'words', '--role=words', '--user=eve'], 'rolebinding.rbac.authorization.k8s.io/words created\n'],
      [['priorityclass', 'words', '--value=5'], 'priorityclass.scheduling.k8s.io/words created\n'],
    ]
    for (const [args, answer] of made) assert.equal(await kubectl('create', ...args), answer)
    assert.deepEqual(
      columns(await kubectl('get', 'svc'), 'NAME', 'TYPE', 'EXTERNAL-IP', 'PORT(S)').map(row => row.slice(0, 3)),
      [
        ['words', 'ClusterIP', '<none>'],
        ['words-node', 'NodePort', '<none>'],
        ['words-out', 'ExternalName', 'example.org'],
      ],
    )
    assert.deepEqual(columns(await kubectl('get', 'secrets'), 'NAME', 'TYPE', 'DATA'), [
      ['pull', 'kubernetes.io/dockerconfigjson', '1'],
      ['words', 'Opaque', '1'],
    ])
    assert.match(await kubectl('describe', 'secret', 'words'), /^a: {2}1 bytes$/m)
    assert.match(await kubectl('describe', 'cm', 'words'), /^a:\n----\nb$/m)
    assert.match(await kubectl('describe', 'sa', 'words'), /^Name: +words$/m)
    assert.match(await kubectl('describe', 'role', 'words'), /pods +\[\] +\[\] +\[get list\]/)
    assert.match(await kubectl('describe', 'ns', 'work'), /^Status: +Active$/m)
    await kubectl('delete', 'deploy,svc', '--all', '--timeout=20s')
  })

  it('runs a pod, and prints what it would run', async () => {
    const shown = await kubectl('run', 'one', '--image=busybox', '--dry-run=client', '-o', 'yaml', '--', 'sleep', '5')
    assert.match(shown, /args:\n {4}- sleep\n {4}- "5"/)
    const server = await kubectl('run', 'one', '--image=busybox', '--dry-run=server', '-o', 'json', '--', 'sleep', '5')
    assert.equal(JSON.parse(server).spec.terminationGracePeriodSeconds, 30)
    assert.equal(
      (await kubectl.run(['get', 'pod', 'one'])).stderr,
      'Error from server (NotFound): pods "one" not found\n',
    )
    assert.equal(
      await kubectl('run', 'one', '--image=busybox', '--restart=Never', '--', 'sleep', '5'),
      'pod/one created\n',
    )
    await kubectl('wait', '--for=condition=Ready', 'pod/one', '--timeout=20s')
    assert.equal(await kubectl('delete', 'pod', 'one', '--now'), 'pod "one" deleted from work namespace\n')
  })

  it('prints as yaml, json, jsonpath, columns, names, templates', async () => {
    await kubectl.apply([configMap('printed', { key: 'value' }, { app: 'x' })])
    const yaml = await kubectl('get', 'cm', 'printed', '-o', 'yaml')
    assert.match(
      yaml.replace(/^ {4}kubectl\.kubernetes\.io.*\n.*\n/m, ''),
      /^apiVersion: v1\ndata:\n {2}key: value\nkind: ConfigMap\nmetadata:\n {2}annotations:\n {2}creationTimestamp: "20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"\n {2}labels:\n {4}app: x\n {2}name: printed\n {2}namespace: work\n {2}resourceVersion: "\d+"\n {2}uid: [0-9a-f-]{36}\n$/,
    )
    assert.equal(JSON.parse(await kubectl('get', 'cm', '-o', 'json')).kind, 'List')
    assert.equal(await kubectl('get', 'cm', '-l', 'app=x', '-o', 'name'), 'configmap/printed\n')
    assert.equal(await kubectl('get', 'cm', 'printed', '-o', 'jsonpath={.data.key}{"\\n"}'), 'value\n')
    assert.equal(
      await kubectl('get', 'cm', '-l', 'app=x', '-o', 'custom-columns=N:.metadata.name,K:.data.key'),
      'N         K\nprinted   value\n',
    )
    assert.equal(await kubectl('get', 'cm', 'printed', '-o', 'go-template={{.data.key}}'), 'value')
    assert.equal(
      await kubectl('get', 'cm', 'printed', '--no-headers', '-o', 'custom-columns=:.metadata.name'),
      'printed\n',
    )
    assert.deepEqual(
      columns(await kubectl('get', 'cm', '-l', 'app=x', '--show-labels', '-L', 'app'), 'NAME', 'DATA', 'APP', 'LABELS'),
      [['printed', '1', 'x', 'app=x']],
    )
    const everywhere = columns(await admin('get', 'cm', '-A'), 'NAMESPACE', 'NAME')
    assert.ok(everywhere.some(([namespace, name]) => namespace === 'work' && name === 'printed'))
    assert.ok(everywhere.some(([namespace, name]) => namespace === 'kube-system' && name === 'kube-root-ca.crt'))
  })

  it('selects by labels and fields, sorts, and pages', async () => {
    await kubectl.apply([
      configMap('s-1', {}, { tier: 'front', n: '1' }),
      configMap('s-2', {}, { tier: 'back', n: '2' }),
      configMap('s-3', {}, { tier: 'back' }),
    ])
    const names = async (...args: string[]) =>
      (await kubectl('get', 'cm', '-o', 'jsonpath={.items[*].metadata.name}', ...args)).split(' ')
    assert.deepEqual(await names('-l', 'tier in (front, back)', '--chunk-size=1'), ['s-1', 's-2', 's-3'])
    assert.deepEqual(await names('-l', 'tier!=front,n'), ['s-2'])
    assert.deepEqual(await names('-l', 'tier,!n'), ['s-3'])
    assert.deepEqual(await names('-l', 'tier', '--sort-by={.metadata.creationTimestamp}'), ['s-1', 's-2', 's-3'])
    assert.deepEqual(await names('--field-selector=metadata.name=s-2'), ['s-2'])
    assert.deepEqual(await names('-l', 'tier', '--field-selector=metadata.name!=s-2'), ['s-1', 's-3'])
    const unknown = await kubectl.run(['get', 'pods', '--field-selector=nonsense=1'])
    assert.equal(
      unknown.stderr,
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "nonsense=1": field label not supported: nonsense\n',
    )
    assert.equal(
      await kubectl('delete', 'cm', '-l', 'tier'),
      ['s-1', 's-2', 's-3'].map(name => `configmap "${name}" deleted from work namespace\n`).join(''),
    )
  })

  it('watches', async () => {
    const watch = kubectl.follow(['get', 'cm', '-w', '--output-watch-events', '--no-headers', '-l', 'watched'])
    try {
      await kubectl.apply([configMap('seen', { a: '1' }, { watched: 'yes' })])
      await watch.until(/^ADDED +seen +1 /m)
      await kubectl.apply([configMap('seen', { a: '1', b: '2' }, { watched: 'yes' })])
      await watch.until(/^MODIFIED +seen +2 /m)
      await kubectl('label', 'cm', 'seen', 'watched-')
      await watch.until(/^DELETED +seen +2 /m)
    } finally {
      await watch.stop()
    }
  })

  it('labels and annotates', async () => {
    await kubectl.apply([configMap('marked', {})])
    assert.equal(await kubectl('label', 'cm', 'marked', 'a=b'), 'configmap/marked labeled\n')
    const again = await kubectl.run(['label', 'cm', 'marked', 'a=c'])
    assert.deepEqual([again.code, again.stderr], [1, "error: 'a' already has a value (b), and --overwrite is false\n"])
    assert.equal(await kubectl('label', 'cm', 'marked', 'a=c', '--overwrite'), 'configmap/marked labeled\n')
    assert.equal(await kubectl('label', 'cm', 'marked', 'a-'), 'configmap/marked unlabeled\n')
    assert.equal(await kubectl('annotate', 'cm', 'marked', 'note=hello there'), 'configmap/marked annotated\n')
    assert.equal(await kubectl('get', 'cm', 'marked', '-o', 'jsonpath={.metadata.annotations.note}'), 'hello there')
  })

  it('patches in three ways', async () => {
    await kubectl('create', 'deployment', 'patched', '--image=nginx')
    const patch = (type: string, body: unknown) =>
      kubectl('patch', 'deploy', 'patched', `--type=${type}`, '-p', JSON.stringify(body))
    const containers = async () =>
      JSON.parse(await kubectl('get', 'deploy', 'patched', '-o', 'json')).spec.template.spec.containers.map(
        ({ name, image }: { name: string; image: string }) => `${name}=${image}`,
      )
    const more = { spec: { template: { spec: { containers: [{ name: 'side', image: 'busybox' }] } } } }
    assert.equal(await patch('strategic', more), 'deployment.apps/patched patched\n')
    assert.deepEqual(await containers(), ['side=busybox', 'nginx=nginx'])
    await patch('json', [{ op: 'replace', path: '/spec/template/spec/containers/1/image', value: 'nginx:2' }])
    assert.deepEqual(await containers(), ['side=busybox', 'nginx=nginx:2'])
    assert.equal(await patch('merge', more), 'deployment.apps/patched patched\n')
    assert.deepEqual(await containers(), ['side=busybox'])
    assert.equal(await patch('merge', more), 'deployment.apps/patched patched (no change)\n')
    const failed = await kubectl.run([
      ...['patch', 'deploy', 'patched', '--type=json', '-p'],
      '[{"op":"test","path":"/spec/replicas","value":7}]',
    ])
    assert.deepEqual(
      [failed.code, failed.stderr],
      [1, 'The request is invalid: the server rejected our request due to an error in our request\n'],
    )
    assert.equal(
      await kubectl(
        'patch',
        'deploy',
        'patched',
        '--subresource=scale',
        '--type=merge',
        '-p',
        '{"spec":{"replicas":2}}',
      ),
      'scale.autoscaling/patched patched\n',
    )
  })

  it('edits with an editor, and leaves what was not changed', async () => {
    await kubectl.apply([configMap('edited', { colour: 'red' })])
    const edit = (script: string) => kubectl.run(['edit', 'cm', 'edited'], { env: { KUBE_EDITOR: script } })
    assert.equal((await edit("sed -i 's/colour: red/colour: blue/'")).stdout, 'configmap/edited edited\n')
    assert.deepEqual(await dataOf('edited'), { colour: 'blue' })
    assert.equal((await edit('true')).stderr, 'Edit cancelled, no changes made.\n')
  })

  it('replaces, and refuses an old version of an object', async () => {
    await kubectl.apply([configMap('replaced', { a: '1' })])
    const file = join(server.dataDir, 'replaced.json')
    await writeFile(file, await kubectl('get', 'cm', 'replaced', '-o', 'json'))
    await kubectl('patch', 'cm', 'replaced', '--type=merge', '-p', '{"data":{"a":"2"}}')
    const conflict = await kubectl.run(['replace', '-f', file])
    assert.equal(conflict.code, 1)
    assert.match(
      conflict.stderr,
      /^Error from server \(Conflict\): error when replacing ".*": Operation cannot be fulfilled on configmaps "replaced": the object has been modified; please apply your changes to the latest version and try again$/m,
    )
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"resourceVersion": "\d+",?/, ''))
    assert.equal(await kubectl('replace', '-f', file), 'configmap/replaced replaced\n')
    assert.deepEqual(await dataOf('replaced'), { a: '1' })
  })

  it('shows by diff what an apply would change', async () => {
    await kubectl.apply([configMap('compared', { a: '1' })])
    const input = JSON.stringify(configMap('compared', { a: '2' }))
    const { code, stdout } = await kubectl.run(['diff', '-f', '-'], { input })
    assert.equal(code, 1)
    assert.match(stdout, /^- {2}a: "1"$/m)
    assert.match(stdout, /^\+ {2}a: "2"$/m)
    assert.deepEqual(await dataOf('compared'), { a: '1' })
    const same = await kubectl.run(['diff', '-f', '-'], { input: JSON.stringify(configMap('compared', { a: '1' })) })
    assert.deepEqual(same, { code: 0, stdout: '', stderr: '' })
  })

  it('ends a namespace with all that is in it', async () => {
    await admin('create', 'ns', 'brief')
    await admin('-n', 'brief', 'create', 'deployment', 'd', '--image=nginx', '--replicas=3')
    await admin('-n', 'brief', 'rollout', 'status', 'deploy/d', '--timeout=20s')
    assert.equal(await admin('delete', 'ns', 'brief', '--timeout=30s'), 'namespace "brief" deleted\n')
    assert.equal(
      (await admin.run(['get', 'ns', 'brief'])).stderr,
      'Error from server (NotFound): namespaces "brief" not found\n',
    )
    assert.equal(
      (await admin.run(['-n', 'brief', 'get', 'deploy,rs,pods'])).stderr,
      'No resources found in brief namespace.\n',
    )
    const kept = await admin.run(['delete', 'ns', 'default'])
    assert.deepEqual(
      [kept.code, kept.stderr],
      [1, 'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted\n'],
    )
  })

  it('says what is not there', async () => {
    const error = async (...args: string[]) => (await kubectl.run(args)).stderr
    assert.equal(await error('get', 'pod', 'nobody'), 'Error from server (NotFound): pods "nobody" not found\n')
    assert.equal(await error('get', 'nothing'), 'error: the server doesn\'t have a resource type "nothing"\n')
    assert.equal(await error('delete', 'cm', 'nobody'), 'Error from server (NotFound): configmaps "nobody" not found\n')
    assert.equal(await error('get', 'leases'), 'No resources found in work namespace.\n')
    const missing = await admin.run(['-n', 'nowhere', 'create', 'cm', 'x'])
    assert.equal(missing.stderr, 'error: failed to create configmap: namespaces "nowhere" not found\n')
  })
})
