import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Kubectl, noKubectl, openKubectl } from './kubectl.ts'
import { type ServerProcess, startServer } from './server.ts'

const configMap = (name: string, data: Record<string, string>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })

const deployment = (image: string, replicas?: number) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
${replicas === undefined ? '' : `  replicas: ${replicas}\n`}  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "${image}", ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]}
`

describe('kubectl applies on either side', { skip: noKubectl }, () => {
  let server: ServerProcess
  let kubectl: Kubectl

  before(async () => {
    server = await startServer('--simulated-nodes', '1')
    kubectl = await openKubectl(server.kubeconfig)
  })
  after(async () => {
    await kubectl?.close()
    await server?.stop()
  })

  const run = (input: string, ...args: string[]) => kubectl.run([...args, '-f', '-'], { input })
  const ok = async (input: string, ...args: string[]) => {
    const { code, stdout, stderr } = await run(input, ...args)
    assert.equal(code, 0, stderr + stdout)
    return stdout
  }
  const dataOf = async (name: string) => JSON.parse(await kubectl('get', 'cm', name, '-o', 'json')).data
  const managersOf = async (what: string) => {
    const { metadata } = JSON.parse(await kubectl('get', what, '-o', 'json', '--show-managed-fields'))
    return (metadata.managedFields ?? []).map(
      ({ manager, operation }: { manager: string; operation: string }) => `${manager} ${operation}`,
    )
  }

  it('on the server’s: makes, changes, takes away, and says what it did', async () => {
    const apply = ['apply', '--server-side']
    assert.equal(await ok(configMap('server', { a: '1', b: '2' }), ...apply), 'configmap/server serverside-applied\n')
    assert.equal(await ok(configMap('server', { a: '1', c: '3' }), ...apply), 'configmap/server serverside-applied\n')
    assert.deepEqual(await dataOf('server'), { a: '1', c: '3' })
    assert.deepEqual(await managersOf('cm/server'), ['kubectl Apply'])
    assert.doesNotMatch(await kubectl('get', 'cm', 'server', '-o', 'yaml'), /managedFields/)
  })

  it('tells conflicts, and takes over by force', async () => {
    await ok(configMap('fought', { a: '1', b: '1' }), 'apply', '--server-side', '--field-manager=first')
    const refused = await run(configMap('fought', { a: '2', b: '2' }), 'apply', '--server-side')
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /Apply failed with 2 conflicts: conflicts with "first":\n- \.data\.a\n- \.data\.b\n/)
    await ok(configMap('fought', { a: '2', b: '2' }), 'apply', '--server-side', '--force-conflicts')
    assert.deepEqual([await dataOf('fought'), await managersOf('cm/fought')], [{ a: '2', b: '2' }, ['kubectl Apply']])
  })

  it('goes over from its own side to the server’s', async () => {
    await ok(configMap('moved', { a: '1', b: '2' }), 'apply')
    assert.deepEqual(await managersOf('cm/moved'), ['kubectl-client-side-apply Update'])
    await ok(configMap('moved', { a: '9' }), 'apply', '--server-side')
    assert.deepEqual(await dataOf('moved'), { a: '9' })
    await ok(configMap('moved', { a: '8' }), 'apply')
    assert.deepEqual(await dataOf('moved'), { a: '8' })
  })

  it('leaves to an autoscaler what the manifest does not say', async () => {
    await ok(deployment('nginx:1', 1), 'apply', '--server-side')
    await kubectl('scale', 'deployment', 'web', '--replicas=3')
    const refused = await run(deployment('nginx:1', 1), 'apply', '--server-side')
    assert.match(refused.stderr, /conflict with "kubectl" with subresource "scale" using apps\/v1: \.spec\.replicas/)
    await ok(deployment('nginx:2'), 'apply', '--server-side')
    const { spec } = JSON.parse(await kubectl('get', 'deployment', 'web', '-o', 'json'))
    assert.deepEqual([spec.replicas, spec.template.spec.containers[0].image], [3, 'nginx:2'])
    assert.equal(spec.template.spec.containers[0].ports.length, 2)
  })

  it('shows the difference, on either side', async () => {
    await ok(configMap('differs', { a: '1' }), 'apply', '--server-side')
    for (const flags of [[], ['--server-side']]) {
      const differs = await run(configMap('differs', { a: '2' }), 'diff', ...flags)
      assert.equal(differs.code, 1, differs.stderr)
      assert.match(differs.stdout, /^-\s+a: "1"\n\+\s+a: "2"$/m)
    }
    const same = await run(configMap('differs', { a: '1' }), 'diff', '--server-side')
    assert.deepEqual([same.code, same.stdout], [0, ''])
    assert.deepEqual(await dataOf('differs'), { a: '1' })
  })

  it('edits an object in an editor', async () => {
    await ok(configMap('edited', { a: '1' }), 'apply', '--server-side')
    const editor = join(server.dataDir, 'editor.sh')
    await writeFile(editor, '#!/bin/sh\nsed -i \'s/a: "1"/a: "2"/\' "$1"\n', { mode: 0o700 })
    const edited = await kubectl.run(['edit', 'cm', 'edited'], { env: { KUBE_EDITOR: editor } })
    assert.deepEqual([edited.code, edited.stdout], [0, 'configmap/edited edited\n'], edited.stderr)
    // All that was applied is the editor's now.
    assert.deepEqual([await dataOf('edited'), await managersOf('cm/edited')], [{ a: '2' }, ['kubectl-edit Update']])
    const unchanged = await kubectl.run(['edit', 'cm', 'edited'], { env: { KUBE_EDITOR: editor } })
    assert.match(unchanged.stdout + unchanged.stderr, /Edit cancelled, no changes made/)
  })

  it('replaces an object, by force also with another', async () => {
    await ok(configMap('replaced', { a: '1' }), 'create')
    const uidOf = () => kubectl('get', 'cm', 'replaced', '-o', 'jsonpath={.metadata.uid}')
    const first = await uidOf()
    assert.equal(await ok(configMap('replaced', { b: '2' }), 'replace'), 'configmap/replaced replaced\n')
    assert.deepEqual([await dataOf('replaced'), await uidOf()], [{ b: '2' }, first])
    assert.match(await ok(configMap('replaced', { c: '3' }), 'replace', '--force'), /configmap\/replaced replaced\n$/)
    assert.deepEqual(await dataOf('replaced'), { c: '3' })
    assert.notEqual(await uidOf(), first)
  })

  it('forgets who manages what', async () => {
    await ok(configMap('forgotten', { a: '1' }), 'apply', '--server-side')
    await kubectl('patch', 'cm', 'forgotten', '--type=merge', '-p', '{"metadata":{"managedFields":[{}]}}')
    assert.deepEqual(await managersOf('cm/forgotten'), [])
  })

  it('patches in every way', async () => {
    await ok(configMap('patched', { a: '1', b: '2' }), 'create')
    const patch = (type: string, body: string) => kubectl('patch', 'cm', 'patched', `--type=${type}`, '-p', body)
    await patch(
      'json',
      '[{"op":"test","path":"/data/a","value":"1"},{"op":"move","from":"/data/a","path":"/data/c"},{"op":"copy","from":"/data/b","path":"/data/d"}]',
    )
    assert.deepEqual(await dataOf('patched'), { b: '2', c: '1', d: '2' })
    await patch('strategic', '{"data":{"$patch":"replace","x":"y"}}')
    assert.deepEqual(await dataOf('patched'), { x: 'y' })
    await patch('merge', '{"data":{"x":null,"z":"1"}}')
    assert.deepEqual(await dataOf('patched'), { z: '1' })
    const failed = await kubectl.run([
      'patch',
      'cm',
      'patched',
      '--type=json',
      '-p',
      '[{"op":"test","path":"/data/z","value":"2"}]',
    ])
    assert.match(failed.stderr, /the server rejected our request due to an error in our request/)
  })
})
