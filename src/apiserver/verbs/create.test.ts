import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AdmissionRequest } from '../contract.ts'
import { configMap, maps, startServer, type TestServer } from '../server.test-suite.ts'

let server: TestServer
const admitted: string[] = []
before(async () => {
  const told = (phase: string, { operation, resource, name, dryRun }: AdmissionRequest) =>
    admitted.push(`${phase} ${operation} ${resource.plural}/${name}${dryRun ? ' dry' : ''}`)
  server = await startServer({
    admission: [
      {
        name: 'Recorder',
        mutate(request) {
          told('mutate', request)
          const { metadata } = (request.object ?? { metadata: {} }) as { metadata: { labels?: Record<string, string> } }
          if (metadata.labels?.mutate) metadata.labels = { ...metadata.labels, mutated: 'yes' }
          if (metadata.labels?.warn) request.warn('mind the label')
        },
        validate: request => void told('validate', request),
      },
    ],
  })
})
after(() => server.stop())

const post = (body: unknown, query = '', path = maps) => server.ask('POST', path + query, { body })

test('the server gives identity, time and version, whatever the writer says of them', async () => {
  const metadata = {
    uid: 'mine',
    creationTimestamp: '2001-01-01T00:00:00Z',
    generation: 7,
    deletionTimestamp: '2001-01-01T00:00:00Z',
    selfLink: 'x',
  }
  const { status, json } = await post(configMap('given', { metadata, data: { a: '1' } }))
  assert.equal(status, 201)
  const { uid, resourceVersion, managedFields, ...rest } = json.metadata
  assert.deepEqual(rest, { name: 'given', namespace: 'default', creationTimestamp: '2026-01-02T03:04:05Z' })
  assert.deepEqual(managedFields, [
    {
      manager: 'unknown',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-01-02T03:04:05Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } },
    },
  ])
  assert.match(uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
  assert.equal(resourceVersion, String(server.server.objects.revision))
})

test('kinds with a status begin with generation 1', async () => {
  const body = {
    kind: 'ReplicationController',
    apiVersion: 'v1',
    metadata: { name: 'rc', generation: 9 },
    spec: {
      selector: { a: 'b' },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
    status: { replicas: 5 },
  }
  const { status, json } = await post(body, '', '/api/v1/namespaces/default/replicationcontrollers')
  assert.deepEqual([status, json.metadata.generation, json.status, json.spec.replicas], [201, 1, { replicas: 0 }, 1])
})

test('what cannot be made is refused in upstream words', async () => {
  await post(configMap('twice'))
  const cases: [string, unknown, number, string, RegExp][] = [
    ['a name that is taken', configMap('twice'), 409, 'AlreadyExists', /^configmaps "twice" already exists$/],
    [
      'no name',
      configMap(''),
      422,
      'Invalid',
      /^ConfigMap "" is invalid: metadata\.name: Required value: name or generateName is required$/,
    ],
    [
      'a name that is no name',
      configMap('Not_a_name'),
      422,
      'Invalid',
      /^ConfigMap "Not_a_name" is invalid: metadata\.name: Invalid value: "Not_a_name": a lowercase RFC 1123 subdomain/,
    ],
    [
      'another namespace',
      configMap('x', { metadata: { namespace: 'other' } }),
      400,
      'BadRequest',
      /^the namespace of the provided object does not match the namespace sent on the request$/,
    ],
    [
      'a version',
      configMap('x', { metadata: { resourceVersion: '1' } }),
      400,
      'BadRequest',
      /^resourceVersion should not be set on objects to be created$/,
    ],
    [
      'another version of the API',
      { ...configMap('x'), apiVersion: 'v2' },
      400,
      'BadRequest',
      /^ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg\/api\/legacyscheme\/scheme.go:30"$/,
    ],
    [
      'another kind',
      { ...configMap('x'), kind: 'Secret' },
      400,
      'BadRequest',
      /^Secret in version "v1" cannot be handled as a ConfigMap: converting \(v1\.Secret\) to \(core\.ConfigMap\): unknown conversion$/,
    ],
    [
      'a value of the wrong type',
      { ...configMap('x'), data: { a: 1 } },
      400,
      'BadRequest',
      /^ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap\.data of type string$/,
    ],
    [
      'no JSON',
      '{"kind": x}',
      400,
      'BadRequest',
      /^the object provided is unrecognized \(must be of type ConfigMap\): couldn't get version\/kind; json parse error: invalid character 'x' looking for beginning of value \(\{"kind": x\}\)$/,
    ],
    ['a list', '[]', 400, 'BadRequest', /json: cannot unmarshal array into Go value of type struct/],
    [
      'a key that is none',
      configMap('x', { data: { 'a/b': '1' } }),
      422,
      'Invalid',
      /^ConfigMap "x" is invalid: data\[a\/b\]: Invalid value: "a\/b"/,
    ],
    [
      'a label that is none',
      configMap('x', { metadata: { labels: { a: 'b c' } } }),
      422,
      'Invalid',
      /metadata\.labels: Invalid value: "b c"/,
    ],
  ]
  for (const [what, body, code, reason, message] of cases) {
    const { status, json } = await post(body)
    assert.deepEqual([status, json.reason], [code, reason], `${what}: ${json.message}`)
    assert.match(json.message, message, what)
  }
})

test('a body that is too deep is refused', async () => {
  const { status, json } = await post(`{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
  assert.deepEqual([status, json.reason], [400, 'BadRequest'])
})

test('an invalid object names every field that is wrong', async () => {
  const { json } = await post(configMap('Bad', { metadata: { labels: { 'a b': 'c' } } }))
  assert.deepEqual(
    json.details.causes.map(({ reason, field }: { reason: string; field: string }) => [reason, field]),
    [
      ['FieldValueInvalid', 'metadata.name'],
      ['FieldValueInvalid', 'metadata.labels'],
    ],
  )
  assert.deepEqual([json.details.name, json.details.kind], ['Bad', 'ConfigMap'])
})

test('unknown and duplicate fields are refused, warned of, or ignored, as asked', async () => {
  const body = (name: string) =>
    `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"${name}","nam":"x"},"data":{"a":"1","a":"2"},"spec":{}}`
  const problems = ['unknown field "metadata.nam"', 'duplicate field "data.a"', 'unknown field "spec"']
  const strict = await post(body('strict'), '?fieldValidation=Strict')
  assert.deepEqual([strict.status, strict.json.reason], [400, 'BadRequest'])
  assert.equal(
    strict.json.message,
    `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${problems.join(', ')}`,
  )
  const warned = await post(body('warned'))
  assert.deepEqual([warned.status, warned.warnings, warned.json.data], [201, problems, { a: '2' }])
  const ignored = await post(body('ignored'), '?fieldValidation=Ignore')
  assert.deepEqual([ignored.status, ignored.warnings], [201, []])
  assert.equal((await post(body('x'), '?fieldValidation=Maybe')).status, 422)
})

test('a generated name gets another ending when it is taken', async () => {
  const names = new Set<string>()
  for (let i = 0; i < 50; i++) {
    const { status, json } = await post({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { generateName: 'gen-' } })
    assert.equal(status, 201)
    assert.match(json.metadata.name, /^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    names.add(json.metadata.name)
  }
  assert.equal(names.size, 50)
  const long = await post({ metadata: { generateName: 'l'.repeat(80) } })
  assert.equal(long.json.metadata.name.length, 63)
})

test('a dry run answers what would be and writes nothing', async () => {
  const before = server.server.objects.revision
  const { status, json } = await post(configMap('dry'), '?dryRun=All')
  assert.deepEqual([status, json.metadata.name, json.metadata.resourceVersion], [201, 'dry', undefined])
  assert.ok(json.metadata.uid)
  assert.equal((await server.ask('GET', `${maps}/dry`)).status, 404)
  assert.equal((await post(configMap('twice'), '?dryRun=All')).status, 409)
  assert.equal(server.server.objects.revision, before)
  assert.equal((await post(configMap('dry'), '?dryRun=Some')).status, 422)
})

test('admission changes the object before its rules, and sees what will be stored', async () => {
  admitted.length = 0
  const { json, warnings } = await post(configMap('admitted', { metadata: { labels: { mutate: 'me', warn: 'yes' } } }))
  assert.deepEqual(json.metadata.labels, { mutate: 'me', warn: 'yes', mutated: 'yes' })
  assert.deepEqual(warnings, ['mind the label'])
  assert.deepEqual(admitted, ['mutate CREATE configmaps/admitted', 'validate CREATE configmaps/admitted'])
})

test('a namespaced kind is made in a namespace, a cluster-wide one in none', async () => {
  assert.equal((await post(configMap('x'), '', '/api/v1/configmaps')).status, 405)
  const body = { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'space', namespace: 'other' } }
  const { status, json } = await post(body, '', '/api/v1/namespaces')
  assert.deepEqual([status, json.metadata.namespace, json.status.phase], [201, undefined, 'Active'])
})

test('verbs that a path does not have are not allowed', async () => {
  for (const [method, path] of [
    ['PUT', maps],
    ['POST', `${maps}/one`],
    ['PATCH', maps],
    ['DELETE', '/api/v1/namespaces'],
  ] as const) {
    const { status, json } = await server.ask(method, path, { body: configMap('one') })
    assert.deepEqual([status, json.reason], [405, 'MethodNotAllowed'], `${method} ${path}`)
  }
})

test('bodies come as JSON, YAML or protobuf, and as nothing else', async () => {
  const yaml = 'kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: yaml\ndata:\n  on: "yes"\n'
  const made = await server.ask('POST', maps, { headers: { 'content-type': 'application/yaml' }, body: yaml })
  // A bare `on` is a boolean in YAML 1.1, and keys are text.
  assert.deepEqual([made.status, made.json.data], [201, { true: 'yes' }])
  const got = await server.ask('GET', `${maps}/yaml`, { headers: { accept: 'application/vnd.kubernetes.protobuf' } })
  assert.equal(Buffer.from(got.bytes.subarray(0, 4)).toString(), 'k8s\0')
  await server.ask('DELETE', `${maps}/yaml`)
  const back = await server.ask('POST', `${maps}?dryRun=All`, {
    headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
    body: got.bytes,
  })
  assert.equal(back.json.message, 'resourceVersion should not be set on objects to be created')
  const other = await server.ask('POST', maps, { headers: { 'content-type': 'text/plain' }, body: yaml })
  assert.deepEqual([other.status, other.json.reason], [415, 'UnsupportedMediaType'])
  assert.equal(
    other.json.message,
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  )
})
