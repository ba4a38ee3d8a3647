import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { columns, type Kubectl, noKubectl, openKubectl } from './kubectl.ts'
import { type ServerProcess, startServer } from './server.ts'

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: crontabs.stable.example.com
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
    additionalPrinterColumns:
    - {name: Spec, type: string, jsonPath: .spec.cronSpec}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    - {name: Image, type: string, priority: 1, jsonPath: .spec.image}
    selectableFields:
    - jsonPath: .spec.image
    schema:
      openAPIV3Schema:
        type: object
        description: A CronTab runs things by the clock.
        properties:
          spec:
            type: object
            description: What is to run.
            required: [cronSpec]
            properties:
              cronSpec: {type: string, description: When it runs., pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'}
              image: {type: string}
              replicas: {type: integer, minimum: 1, maximum: 10, default: 1}
              ports:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties: {name: {type: string}, port: {x-kubernetes-int-or-string: true}}
          status:
            type: object
            properties: {replicas: {type: integer}}
`

const cronTab = (name: string, spec: object) => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name },
  spec,
})

describe('kubectl works with custom resources', { skip: noKubectl }, () => {
  let server: ServerProcess
  let kubectl: Kubectl

  before(async () => {
    server = await startServer('--simulated-nodes', '1')
    kubectl = await openKubectl(server.kubeconfig)
    assert.match(await kubectl.apply(definition), /customresourcedefinition\S+ created/)
    await kubectl('wait', '--for=condition=established', 'crd/crontabs.stable.example.com')
  })
  after(async () => {
    await kubectl?.close()
    await server?.stop()
  })

  it('finds the kind by all its names, and prints its columns', async () => {
    assert.equal(
      await kubectl.apply([cronTab('a', { cronSpec: '* * * * */5', image: 'one' })]),
      'crontab.stable.example.com/a created\n',
    )
    for (const name of [
      'ct',
      'crontab',
      'crontabs',
      'CronTab',
      'crontabs.stable.example.com',
      'crontabs.v1.stable.example.com',
    ])
      assert.deepEqual(
        columns(await kubectl('get', name), 'NAME', 'SPEC', 'REPLICAS'),
        [['a', '* * * * */5', '1']],
        name,
      )
    assert.deepEqual(columns(await kubectl('get', 'ct', '-o', 'wide'), 'NAME', 'IMAGE'), [['a', 'one']])
    assert.match(await kubectl('get', 'all'), /crontab.stable.example.com\/a/)
    assert.match(
      await kubectl('api-resources', '--api-group', 'stable.example.com'),
      /crontabs +ct +stable.example.com\/v1 +true +CronTab/,
    )
    assert.match(await kubectl('get', 'ct', '--field-selector', 'spec.image=one', '-o', 'name'), /\/a/)
    assert.equal(await kubectl('get', 'ct', '--field-selector', 'spec.image=two', '-o', 'name'), '')
  })

  it('explains the fields', async () => {
    assert.match(
      await kubectl('explain', 'crontab'),
      /GROUP: +stable.example.com\nKIND: +CronTab\nVERSION: +v1\n\nDESCRIPTION:\n +A CronTab runs things by the clock./,
    )
    assert.match(
      await kubectl('explain', 'ct.spec.cronSpec'),
      /FIELD: cronSpec <string>\n\n?\n?DESCRIPTION:\n +When it runs./,
    )
    assert.match(await kubectl('explain', 'ct.metadata.labels'), /FIELD: labels <map\[string\]string>/)
    assert.match(await kubectl('explain', 'ct', '--recursive'), /ports\t<\[\]Object>/)
  })

  it('applies, in both ways, and refuses what the schema does not allow', async () => {
    assert.equal(
      await kubectl.apply([cronTab('b', { cronSpec: '1 2 3 4 5', ports: [{ name: 'x', port: 1 }] })]),
      'crontab.stable.example.com/b created\n',
    )
    assert.equal(
      await kubectl.apply([cronTab('b', { cronSpec: '1 2 3 4 5', ports: [{ name: 'x', port: 1 }] })]),
      'crontab.stable.example.com/b unchanged\n',
    )
    assert.equal(
      await kubectl.apply([cronTab('b', { cronSpec: '1 2 3 4 6' })]),
      'crontab.stable.example.com/b configured\n',
    )
    const wrong = await kubectl.run(['apply', '-f', '-'], {
      input: JSON.stringify(cronTab('c', { cronSpec: 'x', replicas: 20 })),
    })
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /spec.cronSpec: Invalid value: "x": spec.cronSpec in body should match/)
    assert.match(
      wrong.stderr,
      /spec.replicas: Invalid value: 20: spec.replicas in body should be less than or equal to 10/,
    )
    const unknown = await kubectl.run(['apply', '-f', '-'], {
      input: JSON.stringify(cronTab('c', { cronSpec: '* * * * *', foo: 1 })),
    })
    assert.match(unknown.stderr, /strict decoding error: unknown field "spec.foo"/)
    const missing = await kubectl.run(['create', '-f', '-'], { input: JSON.stringify(cronTab('c', {})) })
    assert.match(missing.stderr, /spec.cronSpec: Required value/)
    const apply = (spec: object, ...flags: string[]) =>
      kubectl.run(['apply', '--server-side', '-f', '-', ...flags], { input: JSON.stringify(cronTab('s', spec)) })
    assert.equal(
      (await apply({ cronSpec: '* * * * *', ports: [{ name: 'x', port: 1 }] }, '--field-manager', 'one')).code,
      0,
    )
    assert.equal(
      (await apply({ ports: [{ name: 'y', port: 'web' }], cronSpec: '* * * * *' }, '--field-manager', 'two')).code,
      0,
    )
    const { spec } = JSON.parse(await kubectl('get', 'ct', 's', '-o', 'json')) as { spec: { ports: object[] } }
    assert.deepEqual(spec.ports, [
      { name: 'x', port: 1 },
      { name: 'y', port: 'web' },
    ])
    const conflict = await apply({ cronSpec: '1 * * * *' }, '--field-manager', 'two')
    assert.match(conflict.stderr, /conflict with "one".*: \.spec\.cronSpec/)
  })

  it('scales, patches, edits the status, labels, waits and deletes', async () => {
    await kubectl.apply([cronTab('d', { cronSpec: '* * * * *' })])
    assert.equal(await kubectl('scale', '--replicas', '4', 'ct/d'), 'crontab.stable.example.com/d scaled\n')
    await kubectl('patch', 'ct', 'd', '--type', 'merge', '--subresource', 'status', '-p', '{"status":{"replicas":4}}')
    assert.equal(
      await kubectl('get', 'ct', 'd', '-o', 'jsonpath={.spec.replicas} {.status.replicas} {.metadata.generation}'),
      '4 4 2',
    )
    await kubectl('label', 'ct/d', 'a=b')
    await kubectl('wait', '--for=jsonpath={.status.replicas}=4', 'ct/d')
    assert.match(await kubectl('describe', 'ct', 'd'), /Cron Spec: +\* \* \* \* \*/)
    assert.equal(
      await kubectl('delete', 'ct', '-l', 'a=b'),
      'crontab.stable.example.com "d" deleted from default namespace\n',
    )
  })

  it('empties namespaces of them, and collects those whose owners are gone', async () => {
    await kubectl('create', 'namespace', 'going')
    const going = kubectl.with('-n', 'going')
    await going.apply([cronTab('a', { cronSpec: '* * * * *' })])
    await kubectl('delete', 'namespace', 'going', '--timeout', '30s')
    await kubectl('create', 'configmap', 'owner')
    const uid = await kubectl('get', 'configmap', 'owner', '-o', 'jsonpath={.metadata.uid}')
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }
    const owned = cronTab('owned', { cronSpec: '* * * * *' })
    await kubectl.apply([{ ...owned, metadata: { ...owned.metadata, ownerReferences: [owner] } }])
    const child = {
      apiVersion: 'stable.example.com/v1',
      kind: 'CronTab',
      name: 'owned',
      uid: await kubectl('get', 'ct', 'owned', '-o', 'jsonpath={.metadata.uid}'),
    }
    await kubectl.apply([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'child', ownerReferences: [child] } },
    ])
    await kubectl('delete', 'configmap', 'owner')
    await kubectl('wait', '--for=delete', 'ct/owned', '--timeout', '20s')
    await kubectl('wait', '--for=delete', 'configmap/child', '--timeout', '20s')
  })

  it('takes the kind away with its definition', async () => {
    await kubectl('delete', 'crd', 'crontabs.stable.example.com')
    const { stderr } = await kubectl.run(['get', 'ct'])
    assert.match(
      stderr,
      /the server doesn't have a resource type "ct"|the server could not find the requested resource/,
    )
  })
})
