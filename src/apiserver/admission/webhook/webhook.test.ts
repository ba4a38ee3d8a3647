import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Served, startServed } from '../../crd/crd.test-suite.ts'
import { type LoopbackServer, type Posted, startLoopback } from '../../remote.test-suite.ts'

interface Asked {
  readonly uid: string
  readonly name?: string
  readonly operation: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds
  readonly [field: string]: any
}

type Answer = { allowed?: boolean; patch?: readonly object[]; [field: string]: unknown } | number

/** A cluster and a server of webhooks, which answer by the path they are asked at. */
async function setUp(answers: Readonly<Record<string, (asked: Asked) => Answer>>) {
  const hook = await startLoopback(({ path, body }: Posted) => {
    const { apiVersion, request } = JSON.parse(body) as { apiVersion: string; request: Asked }
    const answer = answers[path.split('?')[0]?.slice(1) ?? '']?.(request) ?? { allowed: true }
    if (typeof answer === 'number') return [answer, 'broken']
    const { patch, ...rest } = answer
    const changes = patch
      ? { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }
      : {}
    const response = { uid: request.uid, allowed: true, ...rest, ...changes }
    return [200, { kind: 'AdmissionReview', apiVersion, response }]
  })
  const served = await startServed()
  return { ...served, hook, asked: () => hook.posted.map(({ body }) => JSON.parse(body).request as Asked) }
}

const rule = (operations: string[], resources: string[], group = '', version = 'v1') => ({
  operations,
  apiGroups: [group],
  apiVersions: [version],
  resources,
})

/** A configuration of one webhook, which is asked at the path of its name. */
const configuration = (
  { ask, hook }: Pick<Served, 'ask'> & { readonly hook: LoopbackServer },
  kind: 'Mutating' | 'Validating',
  name: string,
  rules: readonly object[],
  rest: object = {},
) =>
  ask('POST', `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        clientConfig: { url: `${hook.url}/${name}`, caBundle: Buffer.from(hook.ca).toString('base64') },
        rules,
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        ...rest,
      },
    ],
  })

const maps = '/api/v1/namespaces/default/configmaps'
const map = (name: string, data: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})

test('a webhook changes what is created, and another refuses what it does not like', async () => {
  const at = await setUp({
    adds: () => ({ patch: [{ op: 'add', path: '/data/added', value: 'yes' }] }),
    denies: ({ object }) =>
      object.data.bad
        ? { allowed: false, status: { message: 'bad data', code: 418, reason: 'Teapot' } }
        : { warnings: ['seen'] },
  })
  await configuration(at, 'Mutating', 'adds', [rule(['CREATE'], ['configmaps'])])
  await configuration(at, 'Validating', 'denies', [rule(['CREATE', 'UPDATE'], ['configmaps'])])
  const made = await at.ask('POST', maps, map('a', { own: '1' }))
  assert.deepEqual([made.status, made.object.data, made.warnings], [201, { own: '1', added: 'yes' }, ['seen']])
  const refused = await at.ask('PUT', `${maps}/a`, map('a', { bad: '1' }))
  assert.deepEqual(
    [refused.status, refused.object.reason, refused.object.message],
    [418, 'Teapot', 'admission webhook "denies.example.com" denied the request: bad data'],
  )
  const [first, second, third] = at.asked()
  assert.deepEqual(
    [first, second, third].map(each => [each?.operation, each?.name, each?.namespace]),
    [
      ['CREATE', 'a', 'default'],
      ['CREATE', 'a', 'default'],
      ['UPDATE', 'a', 'default'],
    ],
  )
  assert.deepEqual(second?.object.data, { own: '1', added: 'yes' })
  assert.deepEqual(third?.oldObject.data, { own: '1', added: 'yes' })
  assert.match(at.hook.posted[0]?.path ?? '', /^\/adds\?timeout=10s$/)
  await at.stop()
  await at.hook.stop()
})
