import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, write } from '../../testing/writes.ts'
import { configMaps } from './configMap.ts'
import { secrets } from './secret.ts'

const metadata = { name: 'd', namespace: 'default' }
const base64 = (text: string) => new TextEncoder().encode(text).toBase64()

test('stringData of a Secret goes into its data, over what stands there', () => {
  const { object, errors } = write(secrets, {
    metadata,
    data: { a: base64('old'), b: base64('kept') },
    stringData: { a: 'new' },
  })
  assert.deepEqual(
    [errors, object.data, object.stringData, object.type],
    [[], { a: base64('new'), b: base64('kept') }, undefined, 'Opaque'],
  )
})

test('types of Secrets need their keys', () => {
  const cases: [type: string, data: object, errors: string[]][] = [
    ['Opaque', {}, []],
    ['kubernetes.io/tls', { 'tls.crt': base64('x') }, ['data[tls.key]: Required value']],
    ['kubernetes.io/basic-auth', {}, ['data[username]: Required value', 'data[password]: Required value']],
    ['kubernetes.io/basic-auth', { username: base64('u') }, []],
    ['kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }, ['data[ssh-privatekey]: Required value']],
    ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': base64('{"auths":{}}') }, []],
    [
      'kubernetes.io/dockerconfigjson',
      { '.dockerconfigjson': base64('secret!') },
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": must be a JSON object'],
    ],
    [
      'kubernetes.io/service-account-token',
      {},
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
  ]
  for (const [type, data, errors] of cases)
    assert.deepEqual(write(secrets, { metadata, type, data }).errors, errors, type)
})

test('immutable data stays, and the type of a Secret always does', () => {
  const secret = write(secrets, { metadata, immutable: true, data: { a: base64('1') } }).object
  assert.deepEqual(write(secrets, { metadata, immutable: true, data: { a: base64('2') } }, secret).errors, [
    'data: Forbidden: field is immutable when `immutable` is set',
  ])
  assert.deepEqual(write(secrets, { metadata, data: { a: base64('1') } }, secret).errors, [
    'immutable: Forbidden: field is immutable when `immutable` is set',
  ])
  assert.deepEqual(write(secrets, { metadata, immutable: true, type: 'x', data: { a: base64('1') } }, secret).errors, [
    'type: Invalid value: "x": field is immutable',
  ])
  const map = write(configMaps, { metadata, immutable: true, data: { a: '1' } }).object
  assert.deepEqual(write(configMaps, { metadata, immutable: true, data: { a: '1', b: '2' } }, map).errors, [
    'data: Forbidden: field is immutable when `immutable` is set',
  ])
  assert.deepEqual(write(configMaps, { metadata, immutable: true, data: { a: '1' } }, map).errors, [])
})

test('a ConfigMap has sensible keys, each once, and is bounded', () => {
  const cases: [manifest: object, fields: RegExp[]][] = [
    [{ data: { 'no spaces': '' } }, [/^data\[no spaces\]: Invalid value: "no spaces": a valid config key must/]],
    [{ data: { '..': '' } }, [/^data\[\.\.\]: /]],
    [
      { data: { a: '' }, binaryData: { a: 'AA==' } },
      [/^data\[a\]: Invalid value: "a": duplicate of key present in binaryData$/],
    ],
    [{ data: { a: 'x'.repeat(1024 * 1024 + 1) } }, [/Too long: may not be more than 1048576 bytes$/]],
  ]
  for (const [manifest, wanted] of cases) {
    const { errors } = write(configMaps, { metadata, ...manifest })
    assert.equal(errors.length, wanted.length, errors.join('; '))
    for (const [i, pattern] of wanted.entries()) assert.match(errors[i]!, pattern)
  }
})

test('keys are counted in the table', () => {
  const map = write(configMaps, { metadata, data: { a: '1' }, binaryData: { b: 'AA==' } }).object
  assert.deepEqual(cells(configMaps, map), { Name: 'd', Data: 2, Age: '<unknown>' })
  assert.deepEqual(cells(secrets, write(secrets, { metadata, data: { a: '' } }).object), {
    Name: 'd',
    Type: 'Opaque',
    Data: 1,
    Age: '<unknown>',
  })
})
