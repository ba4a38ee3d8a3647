import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ManagedFieldsEntry } from '../../api/meta/objectMeta.ts'
import { forbidden } from '../../api/meta/statusError.ts'
import { pathsOf, printPath } from '../../schema/merge/apply/index.ts'
import { configMap, type Got, maps, startServer, type TestServer } from '../server.test-suite.ts'

const deployments = '/apis/apps/v1/namespaces/default/deployments'
let server: TestServer
before(async () => {
  server = await startServer({
    admission: [
      {
        name: 'Guard',
        validate({ resource, name, operation }) {
          if (name === 'guarded' && operation === 'CREATE') throw forbidden(resource, name, 'guarded')
        },
      },
    ],
  })
})
after(() => server.stop())

const deployment = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, ...metadata },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } },
    ...spec,
  },
})

const apply = (path: string, body: unknown, manager = 'tool', query = '') =>
  server.ask('PATCH', `${path}?fieldManager=${manager}${query}`, {
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body,
  })
const patch = (path: string, body: unknown, manager = 'patcher', kind = 'merge-patch+json') =>
  server.ask('PATCH', `${path}?fieldManager=${manager}`, { headers: { 'content-type': `application/${kind}` }, body })
const entries = ({ json }: Got): ManagedFieldsEntry[] => json.metadata.managedFields ?? []
/** `Apply tool: .data.a .data.b`, one line an entry. */
const told = (got: Got): string[] =>
  entries(got).map(({ operation, manager, subresource, fieldsV1 }) => {
    const fields = [...pathsOf(fieldsV1 as never)].map(printPath).join(' ')
    return `${operation} ${manager}${subresource ? `/${subresource}` : ''}: ${fields}`
  })
const get = (path: string) => server.ask('GET', path)

describe('server-side apply', () => {
  it('makes what is not there, and changes what is', async () => {
    const path = `${maps}/first`
    const made = await apply(path, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first}\ndata: {a: "1", b: "2"}\n')
    assert.deepEqual(
      [made.status, made.json.data, told(made)],
      [201, { a: '1', b: '2' }, ['Apply tool: .data.a .data.b']],
    )
    const changed = await apply(path, configMap('first', { data: { b: '3' } }))
    assert.deepEqual([changed.status, changed.json.data, told(changed)], [200, { b: '3' }, ['Apply tool: .data.b']])
  })

  it('writes nothing when nothing changes, whatever the time', async () => {
    const path = `${maps}/same`
    const made = await apply(path, configMap('same', { data: { a: '1' } }))
    await server.clock.advance(5000)
    const again = await apply(path, configMap('same', { data: { a: '1' } }))
    assert.deepEqual(again.json, made.json)
    const other = await apply(path, configMap('same', { data: { a: '1' } }), 'other')
    assert.notEqual(other.json.metadata.resourceVersion, made.json.metadata.resourceVersion)
    assert.deepEqual(told(other), ['Apply other: .data.a', 'Apply tool: .data.a'])
  })

  it('answers a conflict with all managers and fields', async () => {
    const path = `${deployments}/conflict`
    await apply(path, deployment('conflict', { replicas: 1, paused: true }), 'kubectl')
    const one = await apply(path, deployment('conflict', { replicas: 2 }), 'other')
    assert.deepEqual(
      [one.status, one.json.reason, one.json.message],
      [409, 'Conflict', 'Apply failed with 1 conflict: conflict with "kubectl": .spec.replicas'],
    )
    assert.deepEqual(one.json.details, {
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.spec.replicas' }],
    })
    await patch(path, { spec: { paused: null, replicas: 7 } }, 'edit')
    await patch(`${path}/status`, { status: { replicas: 3 } }, 'status')
    const two = await apply(
      path,
      deployment('conflict', {
        replicas: 2,
        minReadySeconds: 3,
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:2' }] } },
      }),
      'other',
    )
    assert.equal(
      two.json.message,
      [
        'Apply failed with 2 conflicts: conflicts with "edit" using apps/v1:',
        '- .spec.replicas',
        'conflicts with "kubectl":',
        '- .spec.template.spec.containers[name="web"].image',
      ].join('\n'),
    )
    const forced = await apply(path, deployment('conflict', { replicas: 2 }), 'other', '&force=true')
    assert.deepEqual([forced.status, forced.json.spec.replicas], [200, 2])
    assert.ok(!told(forced).some(line => line.startsWith('Update edit')))
  })

  it('refuses what makes no sense', async () => {
    const path = `${maps}/wrong`
    const cases: [unknown, string, number, RegExp][] = [
      [
        configMap('wrong'),
        '',
        422,
        /^PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch$/,
      ],
      [{ ...configMap('wrong'), kind: 'Secret' }, 'm', 400, /^invalid object type: \/v1, Kind=Secret$/],
      [{ metadata: { name: 'wrong' } }, 'm', 400, /^invalid object type: \/, Kind=$/],
      [configMap('wrong', { metadata: { managedFields: [] } }), 'm', 400, /^metadata.managedFields must be nil$/],
      [
        { ...configMap('wrong'), foo: 1 },
        'm',
        500,
        /^failed to create typed patch object \(\/wrong; \/v1, Kind=ConfigMap\): .foo: field not declared in schema$/,
      ],
      ['a: [', 'm', 400, /^error decoding YAML: /],
      ['- 1', 'm', 400, /^error decoding YAML: .*cannot unmarshal array into Go value/],
      [configMap('other'), 'm', 400, /^the name of the object \(other\) does not match the name on the URL \(wrong\)$/],
      [
        configMap('wrong', { metadata: { uid: 'u' } }),
        'm',
        409,
        /uid mismatch: the provided object specified uid u, and no existing object was found$/,
      ],
    ]
    for (const [body, manager, status, message] of cases) {
      const got = await apply(path, body, manager)
      assert.deepEqual([got.status, message.test(got.json.message)], [status, true], got.json.message)
    }
    assert.equal((await get(path)).status, 404)
    const force = await server.ask('PATCH', `${path}?force=true`, {
      headers: { 'content-type': 'application/merge-patch+json' },
      body: {},
    })
    assert.match(force.json.message, /force: Forbidden: may not be specified for non-apply patch$/)
    const guarded = await apply(`${maps}/guarded`, configMap('guarded'))
    assert.deepEqual([guarded.status, guarded.json.reason], [403, 'Forbidden'])
  })

  it('reads keys that stand twice as asked', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata:\n  a: "1"\n  a: "2"\n'
    const told = /key "a" already set in map/
    const strict = await apply(`${maps}/twice`, body, 'm', '&fieldValidation=Strict')
    assert.deepEqual([strict.status, told.test(strict.json.message)], [400, true])
    const warned = await apply(`${maps}/twice`, body)
    assert.deepEqual([warned.status, warned.json.data, told.test(warned.warnings.join())], [201, { a: '2' }, true])
  })

  it('shows what would come of it', async () => {
    const path = `${maps}/dry`
    const shown = await apply(path, configMap('dry', { data: { a: '1' } }), 'm', '&dryRun=All')
    assert.deepEqual([shown.status, told(shown)], [201, ['Apply m: .data.a']])
    assert.equal((await get(path)).status, 404)
  })

  it('guards against other versions where one is given', async () => {
    const path = `${maps}/versioned`
    const made = await apply(path, configMap('versioned', { data: { a: '1' } }))
    const { resourceVersion } = made.json.metadata
    await patch(path, { data: { b: '2' } })
    const late = await apply(path, configMap('versioned', { metadata: { resourceVersion }, data: { a: '2' } }))
    assert.deepEqual([late.status, /the object has been modified/.test(late.json.message)], [409, true])
  })

  it('applies to views: status by itself, and nothing else through it', async () => {
    const path = `${deployments}/viewed`
    assert.equal((await apply(`${path}/status`, deployment('viewed'), 'm')).status, 404)
    await apply(path, deployment('viewed', { replicas: 1 }))
    const status = { ...deployment('viewed', { replicas: 9 }), status: { replicas: 1, observedGeneration: 1 } }
    const seen = await apply(`${path}/status`, status, 'ctl', '&force=true')
    assert.deepEqual([seen.status, seen.json.spec.replicas, seen.json.status.replicas], [200, 1, 1])
    assert.ok(
      told(seen).includes('Apply ctl/status: .status.observedGeneration .status.replicas'),
      told(seen).join('\n'),
    )
    const main = await apply(path, { ...deployment('viewed', { replicas: 1 }), status: { replicas: 5 } })
    assert.equal(main.json.status.replicas, 1)
    assert.ok(!told(main).some(line => line.startsWith('Apply tool') && line.includes('.status')))
  })

  it('takes over what kubectl applied from its own side', async () => {
    const path = `${maps}/migrated`
    const last = `${JSON.stringify(configMap('migrated', { data: { a: '1', b: '2' } }))}\n`
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': last }
    await server.ask('POST', `${maps}?fieldManager=kubectl-client-side-apply`, {
      body: configMap('migrated', { metadata: { annotations }, data: { a: '1', b: '2' } }),
    })
    const refused = await apply(path, configMap('migrated', { data: { a: '9' } }), 'other')
    assert.match(refused.json.message, /conflict with "kubectl-client-side-apply" using v1: .data.a$/)
    const taken = await apply(path, configMap('migrated', { data: { a: '9', b: '2' } }), 'kubectl')
    assert.deepEqual([taken.status, taken.json.data], [200, { a: '9', b: '2' }])
    assert.equal(
      taken.json.metadata.annotations['kubectl.kubernetes.io/last-applied-configuration'],
      '{"apiVersion":"v1","data":{"a":"9","b":"2"},"kind":"ConfigMap","metadata":{"name":"migrated"}}\n',
    )
    assert.ok(told(taken).includes('Apply kubectl: .data.a .data.b'))
  })

  it('gives what was there before anybody was noted to before-first-apply', async () => {
    const path = `${maps}/before`
    await server.ask('POST', maps, { body: configMap('before', { data: { a: '1' } }) })
    await patch(path, { metadata: { managedFields: [{}] } })
    assert.deepEqual(told(await get(path)), [])
    await patch(path, { data: { b: '2' } })
    assert.deepEqual(told(await get(path)), [])
    const applied = await apply(path, configMap('before', { data: { c: '3' } }))
    assert.deepEqual(told(applied), ['Apply tool: .data.c', 'Update before-first-apply: .data .data.a .data.b'])
  })
})

describe('every write is noted', () => {
  it('by what was set, by whom, how and through what', async () => {
    const { json } = await server.ask('POST', deployments, {
      headers: { 'user-agent': 'kubectl/v1.36.0 (linux/amd64)' },
      body: deployment('noted', {}, { labels: { a: 'b' }, finalizers: ['x.y/z'] }),
    })
    const [entry] = json.metadata.managedFields
    assert.deepEqual(
      [entry.manager, entry.operation, entry.apiVersion, entry.time, entry.fieldsType],
      ['kubectl', 'Update', 'apps/v1', entry.time, 'FieldsV1'],
    )
    assert.equal(
      JSON.stringify(entry.fieldsV1),
      '{"f:metadata":{"f:finalizers":{".":{},"v:\\"x.y/z\\"":{}},"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"web\\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}',
    )
  })

  it('takes fields from who had them, at the time of the write', async () => {
    const path = `${maps}/taken`
    await server.ask('POST', `${maps}?fieldManager=one`, { body: configMap('taken', { data: { a: '1', b: '2' } }) })
    await server.clock.advance(60_000)
    const put = await server.ask('PUT', `${path}?fieldManager=two`, {
      body: configMap('taken', { data: { a: '9', b: '2' } }),
    })
    assert.deepEqual(told(put), ['Update one: .data .data.b', 'Update two: .data.a'])
    const [one, two] = entries(put)
    assert.equal(Date.parse(two?.time ?? '') - Date.parse(one?.time ?? ''), 60_000)
    for (const kind of ['merge-patch+json', 'strategic-merge-patch+json'])
      assert.deepEqual((await patch(path, { data: { a: '9' } }, 'three', kind)).json, put.json)
    const json = await patch(path, [{ op: 'remove', path: '/data/b' }], 'four', 'json-patch+json')
    assert.deepEqual(told(json), ['Update one: .data', 'Update two: .data.a'])
  })

  it('lets writers set and forget what is noted, where that makes sense', async () => {
    const path = `${maps}/own`
    await server.ask('POST', `${maps}?fieldManager=one`, { body: configMap('own', { data: { a: '1' } }) })
    const entry = {
      manager: 'me',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} } },
    }
    const set = await patch(path, { metadata: { managedFields: [entry] } })
    assert.deepEqual(told(set), ['Apply me: .data.a'])
    for (const wrong of [
      { ...entry, operation: 'X' },
      { ...entry, apiVersion: '' },
      { ...entry, fieldsType: 'V2' },
      { ...entry, fieldsV1: { a: {} } },
    ])
      assert.deepEqual(
        told(await patch(path, { metadata: { managedFields: [wrong] } })),
        ['Apply me: .data.a'],
        JSON.stringify(wrong),
      )
    assert.deepEqual(
      told(
        await server.ask('PUT', path, {
          body: configMap('own', { data: { a: '1' }, metadata: { managedFields: [] } }),
        }),
      ),
      [],
    )
  })

  it('joins the oldest managers when there are more than ten', async () => {
    const path = `${maps}/many`
    await server.ask('POST', `${maps}?fieldManager=m0`, { body: configMap('many', { data: { k0: '1' } }) })
    for (let i = 1; i <= 12; i++) {
      await server.clock.advance(1000)
      await patch(path, { data: { [`k${i}`]: '1' } }, `m${i}`)
    }
    const lines = told(await get(path))
    assert.equal(lines.length, 10)
    assert.equal(lines[0], 'Update ancient-changes: .data .data.k0 .data.k1 .data.k2 .data.k3')
    assert.equal(lines[9], 'Update m12: .data.k12')
  })

  it('in the view it came through', async () => {
    const path = `${deployments}/views`
    await server.ask('POST', `${deployments}?fieldManager=one`, { body: deployment('views') })
    const body = { ...deployment('views', { replicas: 7 }), status: { replicas: 2 } }
    const seen = await server.ask('PUT', `${path}/status?fieldManager=ctl`, { body })
    assert.ok(told(seen).includes('Update ctl/status: .status.replicas'))
  })

  it('also where another version is written', async () => {
    const path = '/apis/apps/v1beta1/namespaces/default/deployments'
    const body = { ...deployment('versions', { replicas: 1 }), apiVersion: 'apps/v1beta1' }
    const made = await apply(`${path}/versions`, body, 'old')
    assert.deepEqual([made.status, entries(made)[0]?.apiVersion], [201, 'apps/v1beta1'])
    const refused = await apply(`${deployments}/versions`, deployment('versions', { replicas: 2 }), 'new')
    assert.match(refused.json.message, /^Apply failed with 1 conflict: conflict with "old": .spec.replicas$/)
    const taken = await apply(`${deployments}/versions`, deployment('versions', { replicas: 2 }), 'new', '&force=true')
    assert.ok(!told(taken).some(line => line.startsWith('Apply old') && line.includes('replicas')))
  })
})

describe('scale', () => {
  const replicasOf = (got: Got) =>
    told(got)
      .filter(line => line.includes('.spec.replicas'))
      .map(line => line.split(':')[0])
  const scale = (replicas: number) => ({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'scaled', namespace: 'default' },
    spec: { replicas },
  })

  it('carries managers of the count over to the object', async () => {
    const path = `${deployments}/scaled`
    const config = deployment('scaled', { replicas: 1 })
    const steps: [() => Promise<Got>, number, string[]][] = [
      [() => apply(path, config, 'apply_test'), 1, ['Apply apply_test']],
      [() => patch(`${path}/scale`, { spec: { replicas: 5 } }, 'scale_test'), 5, ['Update scale_test/scale']],
      [() => apply(path, config, 'apply_test', '&force=true'), 1, ['Apply apply_test']],
      [() => apply(`${path}/scale`, scale(17), 'apply_scale', '&force=true'), 17, ['Apply apply_scale/scale']],
      [
        () => server.ask('PUT', `${path}/scale?fieldManager=replace_test`, { body: scale(7) }),
        7,
        ['Update replace_test/scale'],
      ],
      [
        () => apply(`${path}/scale`, scale(7), 'co_owning_test'),
        7,
        ['Apply co_owning_test/scale', 'Update replace_test/scale'],
      ],
      [() => patch(`${path}/scale`, { spec: { replicas: 5 } }, 'scale_test'), 5, ['Update scale_test/scale']],
      [() => patch(`${path}/scale`, { status: { replicas: 42 } }, 'status_test'), 5, ['Update scale_test/scale']],
    ]
    for (const [step, replicas, owners] of steps) {
      assert.ok((await step()).status < 300)
      const now = await get(path)
      assert.deepEqual([now.json.spec.replicas, replicasOf(now)], [replicas, owners])
    }
    const refused = await apply(`${path}/scale`, scale(9), 'late')
    assert.deepEqual(
      [
        refused.status,
        /conflict with "scale_test" with subresource "scale" using autoscaling\/v1: .spec.replicas$/.test(
          refused.json.message,
        ),
      ],
      [409, true],
      refused.json.message,
    )
  })
})
