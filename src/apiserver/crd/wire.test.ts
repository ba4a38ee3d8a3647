import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../testing/eventually.ts'
import { type Plane, startPlane } from '../../testing/plane.ts'
import { cronTabs } from './crd.test-suite.ts'

let plane: Plane
before(async () => {
  plane = await startPlane()
  const definition = cronTabs({
    type: 'object',
    properties: { spec: { type: 'object', properties: { n: { type: 'integer' } } } },
  })
  await plane.transport.request({
    method: 'POST',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    object: definition,
  })
  await eventually(async () => (await ask('GET', tabs)).status === 200)
  assert.equal((await ask('POST', tabs, { ...kind, metadata: { name: 'a' }, spec: { n: 1 } })).status, 201)
})
after(() => plane.stop())

const apiVersion = 'stable.example.com/v1'
const kind = { apiVersion, kind: 'CronTab' }
const tabs = `/apis/${apiVersion}/namespaces/default/crontabs`

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Status and answer over the socket, failures included. */
async function ask(method: Method, path: string, object?: unknown, type = 'application/json') {
  try {
    const headers = { 'content-type': type }
    const answer = await plane.transport.request({ method, path, headers, ...(object === undefined ? {} : { object }) })
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all kinds
    return { status: answer.status, object: answer.object as any }
  } catch (error) {
    const { body } = error as { body?: { code?: number; message?: string } }
    if (!body) throw error
    return { status: body.code ?? 0, object: body }
  }
}

const unrecognized = 'the object provided is unrecognized (must be of type CronTab): '
const otherVersion = (sent: string) =>
  `the API version in the data (${sent}) does not match the expected API version (${apiVersion})`

/** What upstream v1.36 answers, whose server of custom resources has words of its own. */
const refused: readonly [method: Method, path: string, body: unknown, status: number, message: string][] = [
  ['POST', tabs, {}, 400, `${unrecognized}Object 'Kind' is missing in '{}' ({})`],
  ['POST', tabs, { kind: 'CronTab' }, 400, otherVersion('')],
  ['POST', tabs, { kind: 'CronTab', apiVersion: 'stable.example.com/v9' }, 400, otherVersion('stable.example.com/v9')],
  ['POST', tabs, { kind: 'Pod', apiVersion: 'v1' }, 400, otherVersion('v1')],
  [
    'POST',
    tabs,
    { kind: 'Bar', apiVersion, metadata: { name: 'b' } },
    422,
    'Bar.stable.example.com "b" is invalid: kind: Invalid value: "Bar": must be CronTab',
  ],
  [
    'PATCH',
    `${tabs}/a`,
    { kind: 'Bar' },
    422,
    'Bar.stable.example.com "a" is invalid: kind: Invalid value: "Bar": must be CronTab',
  ],
  [
    'PATCH',
    `${tabs}/a`,
    { apiVersion: 'v2' },
    422,
    `CronTab.stable.example.com "a" is invalid: apiVersion: Invalid value: "v2": must be ${apiVersion}`,
  ],
  ['GET', `${tabs}/a/nothing`, undefined, 404, 'crontabs.stable.example.com "a" not found'],
  ['PUT', tabs, { ...kind }, 400, 'name must be provided'],
]

test('custom resources are refused in the words of upstream', async () => {
  for (const [method, path, body, status, message] of refused) {
    const got = await ask(method, path, body, method === 'PATCH' ? 'application/merge-patch+json' : undefined)
    assert.deepEqual([got.status, got.object.message], [status, message], `${method} ${path}`)
  }
})

test('items of a list of custom resources say what they are', async () => {
  const { object } = await ask('GET', tabs)
  assert.deepEqual(
    object.items.map((each: { kind: string; apiVersion: string }) => [each.apiVersion, each.kind]),
    [[apiVersion, 'CronTab']],
  )
  assert.equal(object.metadata.continue, '')
})
