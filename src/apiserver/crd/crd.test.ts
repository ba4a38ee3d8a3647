import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JSONSchemaProps } from '../../api/apiextensions/jsonSchemaProps.ts'
import { eventually } from '../../testing/eventually.ts'
import { collection, cronTab, cronTabs, type Served, startServed } from './crd.test-suite.ts'

let served: Served
before(async () => {
  served = await startServed()
})
after(() => served.stop())

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const one = `${definitions}/crontabs.stable.example.com`

const schema: JSONSchemaProps = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        cronSpec: { type: 'string', pattern: '^(\\d+|\\*)' },
        replicas: { type: 'integer', minimum: 1, default: 1 },
        color: { type: 'string', enum: ['red', 'blue'] },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port'],
          items: { type: 'object', required: ['port'], properties: { port: { type: 'integer' } } },
        },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, selector: { type: 'string' } } },
  },
}
const version = {
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    },
  },
  additionalPrinterColumns: [
    { name: 'Spec', type: 'string', jsonPath: '.spec.cronSpec' },
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  selectableFields: [{ jsonPath: '.spec.color' }],
}

/** Takes the definition away, and waits until it is gone. */
async function undefine(): Promise<void> {
  await served.ask('DELETE', one)
  await eventually(async () => (await served.ask('GET', one)).status === 404)
}

test('a definition is established, and its kind served and told of, until it is deleted with its objects', async () => {
  const { ask, define, watch } = served
  const made = await define(cronTabs(schema, version))
  assert.deepEqual(made.status.acceptedNames, {
    plural: 'crontabs',
    singular: 'crontab',
    shortNames: ['ct'],
    kind: 'CronTab',
    listKind: 'CronTabList',
  })
  assert.deepEqual(made.status.storedVersions, ['v1'])
  const { object: list } = await ask('GET', '/apis/stable.example.com/v1')
  assert.deepEqual(
    list.resources.map((each: { name: string }) => each.name),
    ['crontabs', 'crontabs/scale', 'crontabs/status'],
  )
  await ask('POST', collection(), cronTab('a', { spec: { cronSpec: '1' } }))
  const ends = new AbortController()
  const watching = await watch(`${collection()}?watch=1`, ends.signal)
  await undefine()
  assert.equal((await ask('GET', collection())).status, 404)
  assert.equal((await ask('GET', '/apis/stable.example.com/v1')).status, 404)
  await watching.ended
  assert.deepEqual(
    watching.events.map(each => each.type),
    ['ADDED', 'DELETED'],
  )
  await define(cronTabs(schema, version))
  assert.deepEqual((await ask('GET', collection())).object.items, [])
  await undefine()
})

test('writes are pruned, completed and checked by the schema', async () => {
  const { ask, define } = served
  await define(cronTabs(schema, version))
  const { object, warnings } = await ask(
    'POST',
    collection(),
    cronTab('a', { spec: { cronSpec: '*', foo: 1 }, other: 1, status: { replicas: 9 } }),
  )
  assert.deepEqual(
    [object.spec, object.status, object.other, object.metadata.generation],
    [{ cronSpec: '*', replicas: 1 }, undefined, undefined, 1],
  )
  assert.deepEqual(warnings, ['unknown field "spec.foo"', 'unknown field "other"'])
  const strict = await ask('POST', `${collection()}?fieldValidation=Strict`, cronTab('b', { spec: { foo: 1 } }))
  assert.equal(
    strict.object.message,
    'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.foo"',
  )
  const wrong = await ask(
    'POST',
    collection(),
    cronTab('b', { spec: { cronSpec: 'x', replicas: 'y', color: 'green', ports: [{ port: 1 }, { port: 1 }] } }),
  )
  assert.deepEqual(
    wrong.object.details.causes.map((each: { reason: string; field: string }) => [each.reason, each.field]),
    [
      ['FieldValueInvalid', 'spec.cronSpec'],
      ['FieldValueTypeInvalid', 'spec.replicas'],
      ['FieldValueNotSupported', 'spec.color'],
      ['FieldValueInvalid', '.spec.replicas'],
      ['FieldValueDuplicate', 'spec.ports[1]'],
    ],
  )
  const unversioned = await ask('PUT', `${collection()}/a`, cronTab('a', { spec: {} }))
  assert.equal(
    unversioned.object.message,
    'crontabs.stable.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  )
  const strategic = await ask('PATCH', `${collection()}/a`, { spec: {} }, 'strategic-merge-patch+json')
  assert.equal(strategic.status, 415)
  await undefine()
})

test('status and scale are views of the object', async () => {
  const { ask, define } = served
  await define(cronTabs(schema, version))
  await ask('POST', collection(), cronTab('a', { spec: { cronSpec: '1' } }))
  const path = `${collection()}/a`
  const status = await ask(
    'PATCH',
    `${path}/status`,
    { spec: { replicas: 7 }, status: { replicas: 3, selector: 'a=b' } },
    'merge-patch+json',
  )
  assert.deepEqual(
    [status.object.spec.replicas, status.object.status, status.object.metadata.generation],
    [1, { replicas: 3, selector: 'a=b' }, 1],
  )
  const main = await ask('PATCH', path, { spec: { replicas: 2 }, status: { replicas: 8 } }, 'merge-patch+json')
  assert.deepEqual([main.object.status.replicas, main.object.metadata.generation], [3, 2])
  const scale = await ask('GET', `${path}/scale`)
  assert.deepEqual(
    [scale.object.kind, scale.object.spec, scale.object.status],
    ['Scale', { replicas: 2 }, { replicas: 3, selector: 'a=b' }],
  )
  await ask('PATCH', `${path}/scale`, { spec: { replicas: 5 } }, 'merge-patch+json')
  assert.equal((await ask('GET', path)).object.spec.replicas, 5)
  const wrong = await ask('PATCH', `${path}/status`, { status: { replicas: 'x' } }, 'merge-patch+json')
  assert.match(
    wrong.object.message,
    /status.replicas: Invalid value: "string": status.replicas in body must be of type integer: "string"|replicas in body must be of type integer/,
  )
  await undefine()
})

test('objects are selected by the fields that the definition names', async () => {
  const { ask, define, watch } = served
  await define(cronTabs(schema, version))
  const ends = new AbortController()
  const watching = await watch(`${collection()}?watch=1&fieldSelector=spec.color%3Dred`, ends.signal)
  for (const [name, color] of [
    ['a', 'red'],
    ['b', 'blue'],
    ['c', 'red'],
  ])
    await ask('POST', collection(), cronTab(name ?? '', { spec: { color } }))
  const { object } = await ask('GET', `${collection()}?fieldSelector=spec.color%3Dred`)
  assert.deepEqual(
    object.items.map((each: { metadata: { name: string } }) => each.metadata.name),
    ['a', 'c'],
  )
  await ask('PATCH', `${collection()}/a`, { spec: { color: 'blue' } }, 'merge-patch+json')
  await eventually(() => watching.events.length === 3)
  assert.deepEqual(
    watching.events.map(each => each.type),
    ['ADDED', 'ADDED', 'DELETED'],
  )
  const other = await ask('GET', `${collection()}?fieldSelector=spec.cronSpec%3D1`)
  assert.deepEqual([other.status, other.object.message], [400, 'field label not supported: spec.cronSpec'])
  ends.abort()
  await watching.ended
  await undefine()
})

test('a change of the schema holds at once, for what is stored too', async () => {
  const { ask, define } = served
  await define(
    cronTabs({
      type: 'object',
      properties: { spec: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } } },
    }),
  )
  await ask('POST', collection(), cronTab('x', { spec: { a: '1', b: '2' } }))
  const next = {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { a: { type: 'string' }, c: { type: 'string', default: 'z' } } },
    },
  }
  const { spec } = cronTabs(next as JSONSchemaProps)
  await ask('PATCH', one, { spec: { versions: spec.versions } }, 'merge-patch+json')
  assert.deepEqual((await ask('GET', `${collection()}/x`)).object.spec, { a: '1', c: 'z' })
  assert.deepEqual((await ask('GET', collection())).object.items[0].spec, { a: '1', c: 'z' })
  await undefine()
})

test('versions without conversion differ by name alone; old ones are warned of; those not served are not there', async () => {
  const { ask, define } = served
  const of = (name: string, rest: object) => ({
    name,
    served: true,
    storage: false,
    schema: { openAPIV3Schema: schema },
    ...rest,
  })
  await define(
    cronTabs(
      schema,
      {},
      {
        versions: [of('v1beta1', { deprecated: true }), of('v1', { storage: true }), of('v2', { served: false })],
      },
    ),
  )
  await ask('POST', collection('v1beta1'), cronTab('a', { spec: { cronSpec: '1' } }, 'v1beta1'))
  const { object } = await ask('GET', `${collection('v1')}/a`)
  assert.deepEqual([object.apiVersion, object.spec.cronSpec], ['stable.example.com/v1', '1'])
  const { warnings } = await ask('GET', `${collection('v1beta1')}/a`)
  assert.deepEqual(warnings, ['stable.example.com/v1beta1 CronTab is deprecated; use stable.example.com/v1 CronTab'])
  assert.equal((await ask('GET', collection('v2'))).status, 404)
  const { object: group } = await ask('GET', '/apis/stable.example.com')
  assert.deepEqual(
    group.versions.map((each: { version: string }) => each.version),
    ['v1', 'v1beta1'],
  )
  await undefine()
})

test('names that another definition of the group has are not accepted until it gives them up', async () => {
  const { ask, define, cluster } = served
  await define(cronTabs(schema))
  const other = cronTabs(
    schema,
    {},
    { names: { plural: 'jobs', kind: 'CronTab', listKind: 'JobList', singular: 'job' } },
  )
  await ask('POST', definitions, { ...other, metadata: { name: 'jobs.stable.example.com' } })
  const conditions = () =>
    eventually(async () => {
      const { object } = await ask('GET', `${definitions}/jobs.stable.example.com`)
      return object.status.conditions.length > 0 && object.status.conditions
    })
  assert.deepEqual(
    (await conditions()).map((each: { type: string; status: string; reason: string; message: string }) => [
      each.type,
      each.status,
      each.reason,
      each.message,
    ]),
    [
      ['NamesAccepted', 'False', 'KindConflict', '"CronTab" is already in use'],
      ['Established', 'False', 'NotAccepted', 'not all names are accepted'],
    ],
  )
  await undefine()
  await eventually(async () => (await ask('GET', '/apis/stable.example.com/v1/jobs')).status === 200)
  await ask('DELETE', `${definitions}/jobs.stable.example.com`)
  await eventually(async () => (await ask('GET', `${definitions}/jobs.stable.example.com`)).status === 404)
  assert.ok(cluster)
})

test('a definition of v1beta1 may have no schema at all, and keeps every field', async () => {
  const { ask } = served
  const path = '/apis/apiextensions.k8s.io/v1beta1/customresourcedefinitions'
  const { status, object, warnings } = await ask('POST', path, {
    apiVersion: 'apiextensions.k8s.io/v1beta1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'crontabs.stable.example.com' },
    spec: { group: 'stable.example.com', version: 'v1', names: { plural: 'crontabs', kind: 'CronTab' } },
  })
  assert.deepEqual([status, object.spec.scope, object.spec.preserveUnknownFields], [201, 'Namespaced', true])
  assert.equal(warnings.length, 1)
  await eventually(async () => (await ask('GET', collection())).status === 200)
  const made = await ask('POST', collection(), cronTab('a', { anything: { goes: [null] } }))
  assert.deepEqual(made.object.anything, { goes: [null] })
  await undefine()
})

test('rules in CEL hold for objects, and those that cannot be read are refused with the definition', async () => {
  const { ask, define } = served
  const ruled = (rule: string): JSONSchemaProps => ({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: { min: { type: 'integer' }, max: { type: 'integer' } },
        'x-kubernetes-validations': [{ rule, message: 'min is above max' }],
      },
    },
  })
  const refused = await ask('POST', definitions, cronTabs(ruled('self.other > 1')))
  assert.match(refused.object.message, /undefined field 'other'/)
  await define(cronTabs(ruled('self.min <= self.max')))
  assert.equal((await ask('POST', collection(), cronTab('a', { spec: { min: 1, max: 2 } }))).status, 201)
  const wrong = await ask('POST', collection(), cronTab('b', { spec: { min: 3, max: 2 } }))
  assert.equal(wrong.object.message, 'CronTab.stable.example.com "b" is invalid: spec: Invalid value: min is above max')
  await undefine()
})
