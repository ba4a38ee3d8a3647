import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../schema/rules/errors.ts'
import { type MutatingWebhookConfiguration, mutatingWebhookConfigurations } from './mutatingWebhookConfiguration.ts'
import { webhooksRules } from './webhookRules.ts'
import type { ValidatingWebhook } from './webhookType.ts'

const rule = { operations: ['CREATE'], apiGroups: ['a'], apiVersions: ['v1'], resources: ['b'] }
const good = {
  name: 'webhook.k8s.io',
  clientConfig: { url: 'https://example.com/path' },
  rules: [rule],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
}

const problems = (changes: object, old?: object) =>
  webhooksRules(
    [{ ...good, ...changes }] as unknown as ValidatingWebhook[],
    old ? ([{ ...good, ...old }] as unknown as ValidatingWebhook[]) : undefined,
  ).map(describeError)

const withRule = (changes: object) => ({ rules: [{ ...rule, ...changes }] })
const service = (changes: object) => ({
  clientConfig: { service: { namespace: 'n', name: 's', port: 443, ...changes } },
})
const at = (field: string) => `webhooks[0].${field}`

const cases: readonly [what: string, changes: object, wanted: readonly string[]][] = [
  ['a good one', {}, []],
  ['no name', { name: '' }, [`${at('name')}: Required value`]],
  [
    'a short name',
    { name: 'k8s.io' },
    [`${at('name')}: Invalid value: "k8s.io": should be a domain with at least three segments separated by dots`],
  ],
  [
    'no versions',
    { admissionReviewVersions: [] },
    [`${at('admissionReviewVersions')}: Required value: must specify one of v1, v1beta1`],
  ],
  [
    'versions nobody knows',
    { admissionReviewVersions: ['v3'] },
    [`${at('admissionReviewVersions')}: Invalid value: ["v3"]: must include at least one of v1, v1beta1`],
  ],
  ['known and unknown versions', { admissionReviewVersions: ['v3', 'v1beta1'] }, []],
  [
    'a version twice',
    { admissionReviewVersions: ['v1', 'v1'] },
    [`${at('admissionReviewVersions[1]')}: Invalid value: "v1": duplicate version`],
  ],
  ['no operation', withRule({ operations: [] }), [`${at('rules[0].operations')}: Required value`]],
  [
    'any operation, and one',
    withRule({ operations: ['*', 'CREATE'] }),
    [
      `${at('rules[0].operations')}: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`,
    ],
  ],
  [
    'an operation there is not',
    withRule({ operations: ['PATCH'] }),
    [
      `${at('rules[0].operations[0]')}: Unsupported value: "PATCH": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"`,
    ],
  ],
  ['no group', withRule({ apiGroups: [] }), [`${at('rules[0].apiGroups')}: Required value`]],
  ['an empty version', withRule({ apiVersions: [''] }), [`${at('rules[0].apiVersions[0]')}: Required value`]],
  [
    'any resource, and one',
    withRule({ resources: ['*', 'a'] }),
    [
      `${at('rules[0].resources')}: Invalid value: ["*","a"]: if '*' is present, must not specify other resources without subresources`,
    ],
  ],
  ['any resource, and a subresource', withRule({ resources: ['*', 'a/b'] }), []],
  [
    'any subresource, and one',
    withRule({ resources: ['a/*', 'a/x'] }),
    [`${at('rules[0].resources[1]')}: Invalid value: "a/x": if 'a/*' is present, must not specify a/x`],
  ],
  [
    'a scope there is not',
    withRule({ scope: 'Here' }),
    [`${at('rules[0].scope')}: Unsupported value: "Here": supported values: "*", "Cluster", "Namespaced"`],
  ],
  [
    'a policy there is not',
    { failurePolicy: 'Other' },
    [`${at('failurePolicy')}: Unsupported value: "Other": supported values: "Fail", "Ignore"`],
  ],
  [
    'a way to match there is not',
    { matchPolicy: 'Other' },
    [`${at('matchPolicy')}: Unsupported value: "Other": supported values: "Equivalent", "Exact"`],
  ],
  [
    'effects that nobody may have',
    { sideEffects: 'Some' },
    [`${at('sideEffects')}: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"`],
  ],
  [
    'nothing about effects',
    { sideEffects: undefined },
    [`${at('sideEffects')}: Required value: must specify one of None, NoneOnDryRun`],
  ],
  [
    'a reinvocation there is not',
    { reinvocationPolicy: 'Always' },
    [`${at('reinvocationPolicy')}: Unsupported value: "Always": supported values: "IfNeeded", "Never"`],
  ],
  [
    'no time',
    { timeoutSeconds: 0 },
    [`${at('timeoutSeconds')}: Invalid value: 0: the timeout value must be between 1 and 30 seconds`],
  ],
  [
    'too much time',
    { timeoutSeconds: 31 },
    [`${at('timeoutSeconds')}: Invalid value: 31: the timeout value must be between 1 and 30 seconds`],
  ],
  [
    'neither URL nor service',
    { clientConfig: {} },
    [`${at('clientConfig')}: Required value: exactly one of url or service is required`],
  ],
  [
    'a URL without TLS',
    { clientConfig: { url: 'http://example.com' } },
    [
      `${at('clientConfig.url')}: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
    ],
  ],
  [
    'a URL with a query',
    { clientConfig: { url: 'https://example.com/?a=b' } },
    [`${at('clientConfig.url')}: Invalid value: "a=b": query parameters are not permitted in the URL`],
  ],
  ['a service', service({ path: '/good/path' }), []],
  [
    'a service without a name',
    service({ name: '' }),
    [`${at('clientConfig.service.name')}: Required value: service name is required`],
  ],
  [
    'a port there is not',
    service({ port: 65536 }),
    [
      `${at('clientConfig.service.port')}: Invalid value: 65536: port is not valid: must be between 1 and 65535, inclusive`,
    ],
  ],
  [
    'a path without a slash',
    service({ path: 'foo' }),
    [`${at('clientConfig.service.path')}: Invalid value: "foo": must start with a '/'`],
  ],
  [
    'a path with an empty step',
    service({ path: '/a//b' }),
    [`${at('clientConfig.service.path')}: Invalid value: "/a//b": segment[1] may not be empty`],
  ],
  ['a condition', { matchConditions: [{ name: 'a', expression: 'object.x == 1' }] }, []],
  [
    'a condition of no sense',
    { matchConditions: [{ name: 'a', expression: '1 + 1' }] },
    [`${at('matchConditions[0].expression')}: Invalid value: "1 + 1": must evaluate to bool but got int`],
  ],
  [
    'two conditions of a name',
    {
      matchConditions: [
        { name: 'a', expression: 'true' },
        { name: 'a', expression: 'true' },
      ],
    },
    [`${at('matchConditions[1].name')}: Duplicate value: "a"`],
  ],
]
for (const [what, changes, wanted] of cases)
  test(`a webhook with ${what}`, () => assert.deepEqual(problems(changes), wanted))

test('two webhooks of one configuration have different names', () => {
  const errors = webhooksRules([good, good] as unknown as ValidatingWebhook[], undefined)
  assert.deepEqual(errors.map(describeError), ['webhooks[1].name: Duplicate value: "webhook.k8s.io"'])
})

test('conditions that are stored already are not looked at again', () => {
  const wrong = { matchConditions: [{ name: 'a', expression: 'nonsense(' }] }
  assert.equal(problems(wrong).length, 1)
  assert.deepEqual(problems(wrong, wrong), [])
})

const v1beta1 = (webhook: object) => {
  const [version] = mutatingWebhookConfigurations.versions ?? []
  const object = { metadata: { name: 'old' }, webhooks: [webhook] }
  version?.defaults?.(object as never)
  return version?.up(object) as MutatingWebhookConfiguration
}

test('v1beta1 fills in otherwise than v1', () => {
  const { sideEffects: _, admissionReviewVersions: __, ...least } = good
  const { webhooks } = v1beta1(least)
  assert.deepEqual(webhooks?.[0], {
    ...least,
    failurePolicy: 'Ignore',
    matchPolicy: 'Exact',
    sideEffects: 'Unknown',
    timeoutSeconds: 30,
    admissionReviewVersions: ['v1beta1'],
  })
})

test('v1beta1 may say what v1 refuses, and it stays', () => {
  const { webhooks = [] } = v1beta1({ ...good, sideEffects: 'Some', admissionReviewVersions: ['v0'] })
  assert.deepEqual(webhooksRules(webhooks, undefined), [])
  const copy = webhooks.map(each => ({ ...each }))
  assert.deepEqual(webhooksRules(copy, webhooks), [], 'v1 leaves what is stored')
  assert.deepEqual(webhooksRules(copy, undefined).map(describeError), [
    `${at('sideEffects')}: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"`,
    `${at('admissionReviewVersions')}: Invalid value: ["v0"]: must include at least one of v1, v1beta1`,
  ])
})
