import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { eventually } from '../../../testing/eventually.ts'
import { type LoopbackServer, type Posted, startLoopback } from '../../remote.test-suite.ts'
import { collection, cronTab, cronTabs, startServed } from '../crd.test-suite.ts'
import { objectsIn, reviewOf } from './review.ts'

interface Review {
  apiVersion: string
  kind: string
  request: { uid: string; desiredAPIVersion: string; objects: (KubeObject & { spec?: Record<string, unknown> })[] }
}

const any = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const schema = { type: 'object', properties: { spec: any } }

/** Between v1, with `hostPort`, and v2, with `host` and `port`. */
function convert({ body }: Posted): readonly [number, unknown] {
  const { apiVersion, kind, request } = JSON.parse(body) as Review
  const convertedObjects = request.objects.map(object => {
    const { spec = {} } = object
    const next =
      request.desiredAPIVersion === 'stable.example.com/v1'
        ? { hostPort: `${spec.host}:${spec.port}` }
        : { host: String(spec.hostPort).split(':')[0], port: String(spec.hostPort).split(':')[1] }
    return { ...object, apiVersion: request.desiredAPIVersion, spec: next }
  })
  return [200, { apiVersion, kind, response: { uid: request.uid, convertedObjects, result: { status: 'Success' } } }]
}

const two = (hook: LoopbackServer, storage: 'v1' | 'v2') => {
  const version = (name: string) => ({
    name,
    served: true,
    storage: name === storage,
    schema: { openAPIV3Schema: schema },
  })
  const clientConfig = { url: `${hook.url}/convert`, caBundle: Buffer.from(hook.ca).toString('base64') }
  return cronTabs(
    schema,
    {},
    {
      versions: [version('v1'), version('v2')],
      conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } },
    },
  )
}

test('objects are written and read in any version, through the webhook of the definition', async () => {
  const hook = await startLoopback(convert)
  const { ask, define, stop } = await startServed()
  await define(two(hook, 'v2'))
  const made = await ask('POST', collection('v1'), cronTab('a', { spec: { hostPort: 'h:1' } }))
  assert.deepEqual([made.status, made.object.spec], [201, { hostPort: 'h:1' }])
  const v2 = await ask('GET', `${collection('v2')}/a`)
  assert.deepEqual([v2.object.apiVersion, v2.object.spec], ['stable.example.com/v2', { host: 'h', port: '1' }])
  assert.equal(v2.object.metadata.uid, made.object.metadata.uid)
  await ask('PATCH', `${collection('v2')}/a`, { spec: { port: '2' } }, 'merge-patch+json')
  const v1 = await ask('GET', `${collection('v1')}/a`)
  assert.deepEqual(v1.object.spec, { hostPort: 'h:2' }, 'what was written in one version is read at once in the other')
  await ask('POST', collection('v2'), cronTab('b', { spec: { host: 'i', port: '3' } }, 'v2'))
  const list = await ask('GET', collection('v1'))
  assert.deepEqual(
    list.object.items.map((each: { spec: object }) => each.spec),
    [{ hostPort: 'h:2' }, { hostPort: 'i:3' }],
  )
  const review = JSON.parse(hook.posted[0]?.body ?? '') as Review
  assert.deepEqual([review.kind, review.apiVersion], ['ConversionReview', 'apiextensions.k8s.io/v1'])
  await stop()
  await hook.stop()
})

test('a watch tells of changes in its own version, in order', async () => {
  const hook = await startLoopback(convert)
  const { ask, define, watch, stop } = await startServed()
  await define(two(hook, 'v1'))
  const ends = new AbortController()
  const { events, ended } = await watch(`${collection('v2')}?watch=1`, ends.signal)
  for (const port of [1, 2, 3])
    await ask('POST', collection('v1'), cronTab(`a${port}`, { spec: { hostPort: `h:${port}` } }))
  await ask('DELETE', `${collection('v1')}/a1`)
  await eventually(() => events.length === 4)
  assert.deepEqual(
    events.map(({ type, object }) => [
      type,
      (object as { apiVersion: string; spec: { port: string } }).apiVersion,
      (object as { spec: { port: string } }).spec.port,
    ]),
    [
      ['ADDED', 'stable.example.com/v2', '1'],
      ['ADDED', 'stable.example.com/v2', '2'],
      ['ADDED', 'stable.example.com/v2', '3'],
      ['DELETED', 'stable.example.com/v2', '1'],
    ],
  )
  ends.abort()
  await ended
  await stop()
  await hook.stop()
})

test('objects stay what they are when another version becomes that which is stored', async () => {
  const hook = await startLoopback(convert)
  const { ask, define, stop } = await startServed()
  await define(two(hook, 'v1'))
  await ask('POST', collection('v1'), cronTab('old', { spec: { hostPort: 'h:1' } }))
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.stable.example.com'
  const { spec } = two(hook, 'v2')
  const changed = await ask('PATCH', path, { spec: { versions: spec.versions } }, 'merge-patch+json')
  assert.deepEqual(changed.object.status.storedVersions, ['v1', 'v2'])
  await ask('POST', collection('v1'), cronTab('new', { spec: { hostPort: 'i:2' } }))
  for (const [version, specs] of [
    ['v1', [{ hostPort: 'i:2' }, { hostPort: 'h:1' }]],
    [
      'v2',
      [
        { host: 'i', port: '2' },
        { host: 'h', port: '1' },
      ],
    ],
  ] as const) {
    const list = await ask('GET', collection(version))
    assert.deepEqual(
      list.object.items.map((each: { spec: object }) => each.spec),
      specs,
    )
  }
  await stop()
  await hook.stop()
})

test('requests that need a webhook which fails say so, others go on, and all is well when it is back', async () => {
  let up = false
  const hook = await startLoopback(asked => (up ? convert(asked) : [500, 'no']))
  const { ask, define, stop } = await startServed()
  await define(two(hook, 'v1'))
  assert.equal((await ask('POST', collection('v1'), cronTab('a', { spec: { hostPort: 'h:1' } }))).status, 201)
  const refused = await ask('GET', `${collection('v2')}/a`)
  assert.deepEqual(
    [refused.status, refused.object.message],
    [
      500,
      'conversion webhook for stable.example.com/v1, Kind=CronTab failed: an error on the server ("no") has prevented the request from succeeding',
    ],
  )
  assert.equal((await ask('POST', collection('v2'), cronTab('b', { spec: { host: 'h' } }, 'v2'))).status, 500)
  assert.equal((await ask('GET', `${collection('v1')}/a`)).status, 200)
  up = true
  assert.deepEqual((await ask('GET', `${collection('v2')}/a`)).object.spec, { host: 'h', port: '1' })
  await stop()
  await hook.stop()
})

const original = {
  apiVersion: 'g/v1',
  kind: 'K',
  metadata: { name: 'a', uid: 'u', labels: { l: '1' }, resourceVersion: '5' },
} as KubeObject
const asked = { reviewVersion: 'v1', uid: 'x', desiredAPIVersion: 'g/v2', objects: [original] }
const answer = (object: unknown, rest: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'ConversionReview',
  response: {
    uid: 'x',
    convertedObjects: object === undefined ? [] : [object],
    result: { status: 'Success' },
    ...rest,
  },
})
const good = { apiVersion: 'g/v2', kind: 'K', metadata: { name: 'a', uid: 'u' } }

const wrong: readonly [string, unknown, RegExp][] = [
  [
    'of another kind',
    { kind: 'Status' },
    /^failed: expected webhook response of apiextensions.k8s.io\/v1, Kind=ConversionReview/,
  ],
  [
    'without response',
    { apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview' },
    /^failed: no response provided$/,
  ],
  ['to another request', answer(good, { uid: 'y' }), /^failed: expected response.uid="x", got "y"$/],
  ['of a failure', answer(good, { result: { status: 'Failed', message: 'because' } }), /^failed: because$/],
  [
    'of a failure without words',
    answer(good, { result: {} }),
    /^failed: response.result.status was '', not 'Success'$/,
  ],
  ['with too few objects', answer(undefined), /^returned 0 objects, expected 1$/],
  [
    'in another version',
    answer({ ...good, apiVersion: 'g/v3' }),
    /^returned invalid object at index 0: invalid groupVersion \(expected g\/v2, received g\/v3\)$/,
  ],
  [
    'with another kind',
    answer({ ...good, kind: 'L' }),
    /^returned invalid object at index 0: invalid kind \(expected K, received L\)$/,
  ],
  [
    'with another name',
    answer({ ...good, metadata: { name: 'b', uid: 'u' } }),
    /^returned invalid object: must have the same name: a != b$/,
  ],
  [
    'with another UID',
    answer({ ...good, metadata: { name: 'a' } }),
    /^returned invalid object: must have the same UID: u != $/,
  ],
  [
    'with wrong labels',
    answer({ ...good, metadata: { name: 'a', uid: 'u', labels: { l: 1 } } }),
    /^returned invalid metadata: metadata.labels\[l\] must be a string/,
  ],
]

for (const [what, given, words] of wrong) {
  test(`an answer ${what} is refused`, () => {
    assert.throws(
      () => objectsIn(given, asked),
      (error: Error) => words.test(error.message),
    )
  })
}

test('of the metadata only labels and annotations are taken from the answer', () => {
  const metadata = { name: 'a', uid: 'u', annotations: { n: '2' }, resourceVersion: '9', generation: 7 }
  const [object] = objectsIn(answer({ ...good, metadata }), asked)
  assert.deepEqual(object?.metadata, { name: 'a', uid: 'u', annotations: { n: '2' }, resourceVersion: '5' })
  assert.equal(reviewOf(asked).request.desiredAPIVersion, 'g/v2')
})
