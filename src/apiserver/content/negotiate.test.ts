import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ConfigMap } from '../../api/index.ts'
import { WatchEvent } from '../../api/meta/watchEvent.ts'
import { unwrap } from '../../schema/codec/envelope.ts'
import { decodeProtobuf } from '../../schema/codec/protobuf.ts'
import { configMap, maps, startServer, type TestServer } from '../server.test-suite.ts'
import { listTypeOf } from './lists.ts'

let server: TestServer
before(async () => {
  server = await startServer()
  for (const name of ['a', 'b']) await server.ask('POST', maps, { body: configMap(name, { data: { k: name } }) })
})
after(() => server.stop())

const get = (accept: string, path = maps) => server.ask('GET', path, { headers: { accept } })
const as = (kind: string) => `application/json;as=${kind};v=v1;g=meta.k8s.io`
const protobuf = 'application/vnd.kubernetes.protobuf'

const available = `application/json, application/yaml, ${protobuf}`

test('the best form that both sides know is chosen', async () => {
  const cases: [string, number | string][] = [
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 406],
    ['text/html,application/*', 406],
    ['application/json', 'application/json'],
    ['application/yaml', 'application/yaml'],
    [protobuf, protobuf],
    [`${protobuf},application/json`, protobuf],
    [`${protobuf};q=0.5,application/json`, 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
    ['application/json;as=Nothing;v=v1;g=meta.k8s.io,application/yaml', 'application/yaml'],
    ['application/json;q=0', 'application/json'],
    ['application/json;g=meta.k8s.io', 406],
    ['application/json;v=v1', 406],
    ['application/json;sv=1', 406],
    ['application/json;stream=nope', 406],
    ['application/json;stream=watch', 'application/json'],
    ['APPLICATION/JSON', 406],
    [`${protobuf};as=Table;g=meta.k8s.io;v=v1`, 406],
    ['text/plain', 406],
    ['application/json;as=Table;v=v2;g=meta.k8s.io', 406],
  ]
  for (const [accept, expected] of cases) {
    const { status, headers } = await get(accept)
    assert.equal(status === 200 ? headers['content-type'] : status, expected, accept)
  }
  const { json } = await get('text/plain')
  assert.deepEqual(
    [json.reason, json.message],
    [
      'NotAcceptable',
      `406: Not Acceptable\n\nAvailable representations: ${available}, application/json;stream=watch, ${protobuf};stream=watch`,
    ],
  )
  const one = await get('text/plain', `${maps}/a`)
  assert.equal(one.json.message, `406: Not Acceptable\n\nAvailable representations: ${available}`)
  const shape = await get('application/json;as=Nothing;v=v1;g=meta.k8s.io')
  assert.equal(shape.json.message, `only the following media types are accepted: ${available}`)
})

test('all forms say the same', async () => {
  const { json } = await get('application/json', `${maps}/a`)
  const whole = unwrap((await get(protobuf, `${maps}/a`)).bytes)
  assert.deepEqual([whole.apiVersion, whole.kind], ['v1', 'ConfigMap'])
  const { kind: _, apiVersion: __, ...rest } = json
  assert.deepEqual(decodeProtobuf(ConfigMap, whole.raw), rest)
  const yaml = Buffer.from((await get('application/yaml', `${maps}/a`)).bytes).toString()
  assert.match(yaml, /^apiVersion: v1\ndata:\n {2}k: a\nkind: ConfigMap\nmetadata:\n {2}creationTimestamp: "/)
})

test('a list of protobuf is put together from the messages of its items', async () => {
  const { json } = await get('application/json')
  for (let twice = 0; twice < 2; twice++) {
    const { kind, raw } = unwrap((await get(protobuf)).bytes)
    const list = decodeProtobuf(listTypeOf(ConfigMap), raw) as { metadata: object; items: object[] }
    assert.equal(kind, 'ConfigMapList')
    assert.deepEqual(list, { metadata: json.metadata, items: json.items })
  }
})

test('people get indented text', async () => {
  const indented = async (path: string, agent = '') =>
    Buffer.from((await server.ask('GET', path, { headers: { 'user-agent': agent } })).bytes)
      .toString()
      .startsWith('{\n  "kind"')
  assert.equal(await indented(`${maps}/a`), false)
  assert.equal(await indented(`${maps}/a?pretty=true`), true)
  assert.equal(await indented(`${maps}/a`, 'curl/8.0'), true)
  assert.equal(await indented(`${maps}/a?pretty=0`, 'curl/8.0'), false)
})

test('a table has the columns of the kind and a row for each object', async () => {
  const { json } = await get(as('Table'))
  assert.deepEqual([json.kind, json.apiVersion], ['Table', 'meta.k8s.io/v1'])
  const names = json.columnDefinitions.map(({ name }: { name: string }) => name)
  assert.deepEqual(names, ['Name', 'Data', 'Age'])
  assert.deepEqual(
    json.rows.map(({ cells }: { cells: unknown[] }) => cells),
    [
      ['a', 1, '0s'],
      ['b', 1, '0s'],
    ],
  )
  assert.deepEqual([json.rows[0].object.kind, json.rows[0].object.data], ['PartialObjectMetadata', undefined])
  const one = await get(as('Table'), `${maps}/a?includeObject=Object`)
  assert.deepEqual([one.json.rows.length, one.json.rows[0].object.data], [1, { k: 'a' }])
  assert.equal((await get(as('Table'), `${maps}?includeObject=None`)).json.rows[0].object, undefined)
  assert.equal((await get(as('Table'), `${maps}?includeObject=All`)).status, 400)
})

test('objects of every kind can be had as metadata alone', async () => {
  const one = await get(as('PartialObjectMetadata'), `${maps}/a`)
  assert.deepEqual([one.json.kind, one.json.metadata.name, one.json.data], ['PartialObjectMetadata', 'a', undefined])
  const list = await get(as('PartialObjectMetadataList'))
  assert.deepEqual(
    [list.json.kind, list.json.items.length, list.json.items[0].metadata.name],
    ['PartialObjectMetadataList', 2, 'a'],
  )
  assert.equal((await get(as('PartialObjectMetadata'))).status, 406)
})

test('a failure is a Status, whatever shape was asked for', async () => {
  const { status, json } = await get(as('Table'), `${maps}/none`)
  assert.deepEqual([status, json.kind, json.reason], [404, 'Status', 'NotFound'])
  const binary = await get(protobuf, `${maps}/none`)
  assert.equal(unwrap(binary.bytes).kind, 'Status')
})

test('watch frames are lines of JSON, shared by all who watch', async () => {
  const path = `${maps}?watch=1&fieldSelector=metadata.name%3Da`
  const watches = [await server.watch(path), await server.watch(path)]
  const [first, second] = watches.map(watch => watch.frames[0])
  assert.equal(first, second)
  assert.match(
    Buffer.from(first as Uint8Array).toString(),
    /^\{"type":"ADDED","object":\{"kind":"ConfigMap","apiVersion":"v1","metadata":\{.*\}\}\}\n$/,
  )
  for (const watch of watches) await watch.stop()
})

test('watch frames are protobuf messages behind their length', async () => {
  const watch = await server.watch(`${maps}?watch=1&fieldSelector=metadata.name%3Da`, {
    accept: `${protobuf};stream=watch`,
  })
  const frame = Buffer.from(watch.frames[0] as Uint8Array)
  assert.equal(frame.readUInt32BE(0), frame.length - 4)
  // The object of a protobuf event is raw bytes, which the type has no JSON for: read as its parts.
  assert.equal(WatchEvent.form, 'object')
  const body = frame.subarray(4)
  assert.deepEqual([body[0], body[1], body.subarray(2, 7).toString()], [0x0a, 5, 'ADDED'])
  const { kind, raw } = unwrap(body.subarray(body.indexOf('k8s\0')))
  assert.deepEqual([kind, decodeProtobuf(ConfigMap, raw).data], ['ConfigMap', { k: 'a' }])
  await watch.stop()
})

test('the first table of a watch has the columns, the others go without', async () => {
  const watch = await server.watch(`${maps}?watch=1&fieldSelector=metadata.name%3Da`, { accept: as('Table') })
  await server.ask('PUT', `${maps}/a`, { body: configMap('a', { data: { k: 'a', l: 'm' } }) })
  const tables = watch
    .events()
    .map(({ object }) => [object.kind, object.columnDefinitions?.length, object.rows[0].cells])
  assert.deepEqual(tables, [
    ['Table', 3, ['a', 1, '0s']],
    ['Table', undefined, ['a', 2, '0s']],
  ])
  await watch.stop()
})
