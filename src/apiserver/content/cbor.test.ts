import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCbor, writeCbor } from '../../schema/codec/cbor.ts'
import { configMap, maps, startServer } from '../server.test-suite.ts'

const cbor = 'application/cbor'
const apply = 'application/apply-patch+cbor'
const named = (name: string, more: object = {}) => writeCbor({ ...configMap(name), ...more })

test('CBOR is spoken both ways once its gate is open', async () => {
  await using server = await startServer({ cbor: true })
  const headers = { accept: cbor, 'content-type': cbor }
  const made = await server.ask('POST', maps, { headers, body: named('a', { binaryData: { x: 'AQID' } }) })
  assert.deepEqual([made.status, made.headers['content-type']], [201, cbor])
  const object = readCbor(made.bytes) as { kind: string; metadata: { name: string } }
  assert.deepEqual([object.kind, object.metadata.name], ['ConfigMap', 'a'])
  // Tagged as CBOR; the bytes of the map are bytes, to be shown as base64.
  const hex = made.bytes.toHex()
  assert.ok(hex.startsWith('d9d9f7a4') && hex.includes('4178d643010203'), hex)

  const lists = await server.ask('GET', maps, { headers })
  const { items } = readCbor(lists.bytes) as { items: { kind?: string; binaryData: object }[] }
  assert.deepEqual(
    items.map(item => [item.kind, item.binaryData]),
    [[undefined, { x: 'AQID' }]],
  )
  const failed = await server.ask('GET', `${maps}/none`, { headers })
  assert.equal((readCbor(failed.bytes) as { reason: string }).reason, 'NotFound')

  const applied = await server.ask('PATCH', `${maps}/b?fieldManager=m`, {
    headers: { accept: cbor, 'content-type': apply },
    body: named('b', { data: { k: 'v' } }),
  })
  assert.deepEqual([applied.status, (readCbor(applied.bytes) as { data: object }).data], [201, { k: 'v' }])

  const metadata = await server.ask('GET', `${maps}/b`, {
    headers: { accept: `${cbor};as=PartialObjectMetadata;v=v1;g=meta.k8s.io` },
  })
  assert.equal((readCbor(metadata.bytes) as { kind: string }).kind, 'PartialObjectMetadata')
  const table = await server.ask('GET', maps, { headers: { accept: `${cbor};as=Table;v=v1;g=meta.k8s.io` } })
  assert.equal(table.status, 406)
})

test('watches send items of CBOR that follow one another', async () => {
  await using server = await startServer({ cbor: true })
  await server.ask('POST', maps, { body: configMap('a') })
  const watch = await server.watch(`${maps}?watch=1`, { accept: `application/cbor-seq,${cbor}` })
  const [frame] = watch.frames
  const { type, object } = readCbor(frame as Uint8Array) as { type: string; object: { metadata: { name: string } } }
  assert.deepEqual([type, object.metadata.name], ['ADDED', 'a'])
  assert.ok(frame?.toHex().startsWith('d9d9f7a2447479706545'), 'the type comes first')
  await watch.stop()
})

test('what is no CBOR is refused in words that say so', async () => {
  await using server = await startServer({ cbor: true })
  const ask = (body: string, type = cbor) =>
    server.ask('POST', maps, { headers: { 'content-type': type }, body: Uint8Array.fromHex(body) })
  const unrecognized =
    'the object provided is unrecognized (must be of type ConfigMap): unable to determine group/version/kind: '
  assert.equal((await ask('67617262616765')).json.message, `${unrecognized}unexpected EOF (67617262616765)`)
  assert.equal(
    (await ask('d9d9f7a2416101416102')).json.message,
    `${unrecognized}cbor: found duplicate map key "a" at map element index 1 (d9d9f7a2416101416102)`,
  )
})

test('nobody hears of CBOR while its gate is shut', async () => {
  await using server = await startServer()
  const known = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
  const sent = await server.ask('POST', maps, { headers: { 'content-type': cbor }, body: named('a') })
  assert.deepEqual(
    [sent.status, sent.json.message],
    [415, `the body of the request was in an unknown format - accepted media types include: ${known}`],
  )
  const wanted = await server.ask('GET', maps, { headers: { accept: cbor } })
  assert.deepEqual([wanted.status, wanted.headers['content-type']], [406, 'application/json'])
  const patched = await server.ask('PATCH', `${maps}/a?fieldManager=m`, {
    headers: { 'content-type': apply },
    body: named('a'),
  })
  assert.equal(patched.status, 415)
})
