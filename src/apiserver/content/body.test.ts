import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { maps, startServer, type TestServer } from '../server.test-suite.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const unrecognized = 'the object provided is unrecognized (must be of type ConfigMap): '
const unreadable = `${unrecognized}couldn't get version/kind; json parse error: `
const meta = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
const cannot = (kind: string, version = 'v1') => `${kind} in version "${version}" cannot be handled as a ConfigMap: `
const unknownKind = (kind: string, version: string) =>
  `no kind "${kind}" is registered for version "${version}" in scheme "pkg/api/legacyscheme/scheme.go:30"`
const converting = (from: string) => `converting (v1.${from}) to (core.ConfigMap): unknown conversion`

/** What upstream v1.36 answers to a POST of these, each a 400. */
const refused: readonly [type: string, body: string, message: string][] = [
  ['json', '', `${unreadable}unexpected end of JSON input (<empty>)`],
  ['json', '[]', `${unreadable}json: cannot unmarshal array into Go value of type ${meta} (5b5d)`],
  ['json', '1', `${unreadable}json: cannot unmarshal number into Go value of type ${meta} (31)`],
  ['json', '"x"', `${unreadable}json: cannot unmarshal string into Go value of type ${meta} (227822)`],
  ['json', 'true', `${unreadable}json: cannot unmarshal bool into Go value of type ${meta} (74727565)`],
  [
    'json',
    '{"kind":1}',
    `${unreadable}json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})`,
  ],
  [
    'json',
    '{"apiVersion":1}',
    `${unreadable}json: cannot unmarshal number into Go struct field .apiVersion of type string ({"apiVersion":1})`,
  ],
  ['json', '\ufeff{}', `${unreadable}invalid character 'ï' looking for beginning of value (efbbbf7b7d)`],
  ['json', '{"apiVersion":"a/b/c"}', `${unrecognized}unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})`],
  ['json', '{"kind":"ConfigMap","apiVersion":"v2"}', cannot('ConfigMap', 'v2') + unknownKind('ConfigMap', 'v2')],
  ['json', '{"kind":"configmap"}', cannot('configmap') + unknownKind('configmap', 'v1')],
  ['json', '{"kind":"Nothing","apiVersion":"none.io/v1"}', cannot('Nothing') + unknownKind('Nothing', 'none.io/v1')],
  ['json', '{"kind":"Pod"}', cannot('Pod') + converting('Pod')],
  ['json', '{"kind":"Deployment","apiVersion":"apps/v1"}', cannot('Deployment') + converting('Deployment')],
  ['json', '{"kind":"Status","apiVersion":"v1"}', cannot('Status') + converting('Status')],
  [
    'json',
    '{"data":[]}',
    `${cannot('ConfigMap')}json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string`,
  ],
  ['yaml', '- a', `${unreadable}json: cannot unmarshal array into Go value of type ${meta} (2d2061)`],
  ['yaml', '5', `${unreadable}json: cannot unmarshal number into Go value of type ${meta} (35)`],
  ['vnd.kubernetes.protobuf', '', `${unrecognized}empty data (<empty>)`],
  [
    'vnd.kubernetes.protobuf',
    'garbage',
    `${unrecognized}provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (67617262616765)`,
  ],
]

test('bodies that are no ConfigMap are refused in upstream words', async () => {
  for (const [type, body, message] of refused) {
    const { status, json } = await server.ask('POST', maps, {
      body,
      headers: { 'content-type': `application/${type}` },
    })
    assert.deepEqual([status, json.reason, json.message], [400, 'BadRequest', message], body)
  }
})

test('the kinds of versions that upstream knows as the same are told apart by version', async () => {
  const { status, json } = await server.ask('POST', '/apis/apps/v1/namespaces/default/deployments', {
    body: { kind: 'Deployment', apiVersion: 'apps/v1beta1' },
  })
  assert.deepEqual(
    [status, json.message],
    [400, 'the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)'],
  )
})

test('what strict decoding finds is told in the order of the body, each field once', async () => {
  const body =
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"fv","name":"fv","foo":1},"data":{"a":"1","a":"2"},"bar":{},"bar":2}'
  const problems = [
    'duplicate field "metadata.name"',
    'unknown field "metadata.foo"',
    'duplicate field "data.a"',
    'unknown field "bar"',
  ]
  const strict = await server.ask('POST', `${maps}?fieldValidation=Strict`, { body })
  assert.equal(strict.json.message, `${cannot('ConfigMap')}strict decoding error: ${problems.join(', ')}`)
  assert.deepEqual((await server.ask('POST', `${maps}?dryRun=All`, { body })).warnings, problems)
})

test('options of a deletion are refused without a word about their kind, and an empty body is none', async () => {
  const refuse: readonly [body: string, message: string][] = [
    [
      '{"orphanDependents":"x"}',
      'json: cannot unmarshal string into Go struct field DeleteOptions.orphanDependents of type bool',
    ],
    ['x', "couldn't get version/kind; json parse error: invalid character 'x' looking for beginning of value"],
    [
      '{"kind":"Foo"}',
      'no kind "Foo" is registered for version "meta.k8s.io/v1" in scheme "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27"',
    ],
  ]
  for (const [body, message] of refuse) {
    const { status, json } = await server.ask('DELETE', `${maps}/a`, { body })
    assert.deepEqual([status, json.message], [400, message])
  }
  const empty = await server.ask('DELETE', `${maps}/a`, { headers: { 'content-type': 'text/plain' } })
  assert.equal(empty.status, 404)
})
