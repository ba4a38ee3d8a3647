import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silent } from '../../base/log.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import type { AuthorizationAttributes } from '../contract.ts'
import type { Remote } from '../remote.ts'
import { readAuthorization } from './configuration.ts'
import { type WebhookAuthorizerOptions, webhookAuthorizer } from './webhook.ts'

const attributes: AuthorizationAttributes = {
  user: { name: 'ann', groups: ['dev'], uid: 'u1', extra: { a: ['b'] } },
  verb: 'list',
  isResource: true,
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  subresource: '',
  namespace: 'dev',
  name: '',
  path: '/apis/apps/v1/namespaces/dev/deployments',
}

/** A webhook that answers so, and what it was asked. */
function asked(answer: (review: never) => readonly [number, unknown], options: Partial<WebhookAuthorizerOptions> = {}) {
  const clock = createVirtualClock(0)
  const reviews: { apiVersion: string; spec: Record<string, unknown> }[] = []
  const remote: Remote = {
    async post(json) {
      const review = JSON.parse(json)
      reviews.push(review)
      const [status, body] = answer(review as never)
      return { status, body: JSON.stringify(body) }
    },
    get: () => Promise.reject(new Error('not asked for')),
    close() {},
  }
  const authorizer = webhookAuthorizer(
    {
      name: 'one',
      remote,
      version: 'v1',
      timeout: 1000,
      authorizedTtl: 300_000,
      unauthorizedTtl: 30_000,
      onError: 'none',
      conditions: [],
      ...options,
    },
    { clock, log: silent },
  )
  return { clock, reviews, authorize: async (of = attributes) => authorizer.authorize(of) }
}

test('the question tells all there is, selectors too', async () => {
  const { reviews, authorize } = asked(() => [200, { status: { allowed: true } }])
  await authorize({ ...attributes, fieldSelector: 'a=b,c!=d', labelSelector: 'x in (1,2),!y,z' })
  await authorize({ ...attributes, isResource: false, verb: 'get', path: '/metrics' })
  const who = { user: 'ann', groups: ['dev'], extra: { a: ['b'] }, uid: 'u1' }
  assert.deepEqual(
    reviews.map(({ spec }) => spec),
    [
      {
        resourceAttributes: {
          namespace: 'dev',
          verb: 'list',
          group: 'apps',
          version: 'v1',
          resource: 'deployments',
          fieldSelector: {
            requirements: [
              { key: 'a', operator: 'In', values: ['b'] },
              { key: 'c', operator: 'NotIn', values: ['d'] },
            ],
          },
          labelSelector: {
            requirements: [
              { key: 'x', operator: 'In', values: ['1', '2'] },
              { key: 'y', operator: 'DoesNotExist' },
              { key: 'z', operator: 'Exists' },
            ],
          },
        },
        ...who,
      },
      { nonResourceAttributes: { path: '/metrics', verb: 'get' }, ...who },
    ],
  )
})

test('v1beta1 has another word for groups', async () => {
  const { reviews, authorize } = asked(() => [200, { status: {} }], { version: 'v1beta1' })
  await authorize()
  assert.equal(reviews[0]?.apiVersion, 'authorization.k8s.io/v1beta1')
  assert.deepEqual(reviews[0]?.spec.group, ['dev'])
})

test('answers decide, and no answer does what the failure policy says', async () => {
  for (const [answer, options, expected] of [
    [[200, { status: { allowed: true, reason: 'r' } }], {}, { decision: 'allow', reason: 'r' }],
    [[200, { status: { allowed: false } }], {}, { decision: 'none', reason: '' }],
    [[200, { status: { allowed: false, denied: true } }], {}, { decision: 'deny', reason: '' }],
    [[200, { status: { allowed: true, denied: true } }], {}, { decision: 'none', reason: '' }],
    [[403, {}], {}, { decision: 'none', reason: '' }],
    [[403, {}], { onError: 'deny' }, { decision: 'deny', reason: '' }],
  ] as const) {
    const { authorize } = asked(() => answer, options)
    assert.deepEqual(await authorize(), expected)
  }
})

test('a busy server is asked again, some times', async () => {
  let refusals = 2
  const { clock, reviews, authorize } = asked(() => (refusals-- > 0 ? [503, {}] : [200, { status: { allowed: true } }]))
  const decision = authorize()
  await clock.advance(2000)
  assert.equal((await decision).decision, 'allow')
  assert.equal(reviews.length, 3)
})

test('an answer is remembered for its time, those that allow longer than others', async () => {
  let allowed = true
  const { clock, reviews, authorize } = asked(() => [200, { status: { allowed } }])
  await authorize()
  await clock.advance(299_000)
  await authorize()
  assert.equal(reviews.length, 1)
  allowed = false
  await clock.advance(1000)
  await authorize()
  await clock.advance(30_000)
  await authorize()
  assert.equal(reviews.length, 3)
})

test('it is asked only when all its conditions are true', async () => {
  const yes = { evaluate: () => true }
  const no = { evaluate: () => false }
  const broken = {
    evaluate: () => {
      throw new Error('no such key')
    },
  }
  for (const [conditions, onError, expected] of [
    [[yes, yes], 'deny', 'allow'],
    [[yes, no], 'deny', 'none'],
    [[broken, no], 'deny', 'none'],
    [[yes, broken], 'deny', 'deny'],
    [[yes, broken], 'none', 'none'],
  ] as const) {
    const { authorize } = asked(() => [200, { status: { allowed: true } }], { conditions, onError })
    assert.equal((await authorize()).decision, expected)
  }
})

const webhook = (more: string, without = '') =>
  `{ type: Webhook, name: w, webhook: { ${[
    'timeout: 3s',
    'authorizedTTL: 5m',
    'unauthorizedTTL: 30s',
    'subjectAccessReviewVersion: v1',
    'failurePolicy: Deny',
    'connectionInfo: { type: KubeConfigFile, kubeConfigFile: /k }',
  ]
    .filter(line => !without || !line.startsWith(without))
    .concat(more || [])
    .join(', ')} } }`

test('an AuthorizationConfiguration that is wrong is refused, with the reason', () => {
  const of = (authorizers: string) =>
    `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers: [${authorizers}]`
  assert.equal(readAuthorization(of(`{ type: RBAC, name: r }, ${webhook('')}`)).authorizers.length, 2)
  for (const [authorizers, message] of [
    ['', /authorizers: Required value: at least one authorization mode must be defined/],
    ['{ name: a }', /authorizers\[0\]\.type: Required value/],
    ['{ type: Magic, name: a }', /authorizers\[0\]\.type: Unsupported value: "Magic"/],
    ['{ type: RBAC, name: a }, { type: RBAC, name: b }', /authorizers\[1\]\.type: Duplicate value: "RBAC"/],
    ['{ type: RBAC }', /authorizers\[0\]\.name: Required value/],
    ['{ type: RBAC, name: A_B }', /authorizers\[0\]\.name: Invalid value: "A_B": authorizer name is invalid/],
    ['{ type: RBAC, name: a }, { type: Node, name: a }', /authorizers\[1\]\.name: Duplicate value: "a"/],
    ['{ type: Webhook, name: a }', /authorizers\[0\]\.webhook: Required value: required when type=Webhook/],
    [webhook('').replace('Webhook', 'RBAC'), /authorizers\[0\]\.webhook: Invalid value: "non-null"/],
    [webhook('', 'timeout'), /authorizers\[0\]\.timeout: Required value/],
    [webhook('timeout: 31s', 'timeout'), /must be > 0s and <= 30s/],
    [webhook('', 'authorizedTTL'), /authorizers\[0\]\.authorizedTTL: Required value/],
    [webhook('failurePolicy: Maybe', 'failurePolicy'), /failurePolicy: Unsupported value: "Maybe"/],
    [webhook('matchConditions: [{ expression: a }]'), /matchConditionSubjectAccessReviewVersion: Required value/],
    [
      webhook('connectionInfo: { type: KubeConfigFile, kubeConfigFile: k }', 'connectionInfo'),
      /must be an absolute path/,
    ],
  ] as const)
    assert.throws(() => readAuthorization(of(authorizers)), message, authorizers)
})
