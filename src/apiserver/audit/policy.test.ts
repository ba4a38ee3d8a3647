import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestInfo } from '../requestInfo.ts'
import { evaluator } from './match.ts'
import { readPolicy } from './policy.ts'

const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n'

test('a policy that is wrong is refused, with the reason', () => {
  for (const [text, message] of [
    [
      'apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: [{level: None}]',
      /must hold a Policy of audit.k8s.io\/v1, not/,
    ],
    [`${head}rules: []`, /has no rules/],
    [`${head}rules: [{levle: None}]`, /unknown field "rules\[0\]\.levle"/],
    [`${head}rules: [{}]`, /rules\[0\]\.level: Required value/],
    [
      `${head}rules: [{level: Everything}]`,
      /rules\[0\]\.level: Unsupported value: "Everything": supported values: "Metadata", "None"/,
    ],
    [`${head}rules: [{level: None, nonResourceURLs: [healthz]}]`, /must begin with a '\/' character/],
    [`${head}rules: [{level: None, nonResourceURLs: ["/a*b"]}]`, /must be the final character/],
    [`${head}rules: [{level: None, nonResourceURLs: ["/a"], namespaces: [x]}]`, /cannot apply to both/],
    [
      `${head}rules: [{level: None, resources: [{group: apps/v1}]}]`,
      /rules\[0\]\.resources\.group: Invalid value: "apps\/v1"/,
    ],
    [`${head}rules: [{level: None, resources: [{resourceNames: [a]}]}]`, /requires at least one resource/],
    [`${head}rules: [{level: None, omitStages: [Never]}]`, /allowed stages are RequestReceived,/],
    [`${head}omitStages: [Never]\nrules: [{level: None}]`, /omitStages\[0\]: Invalid value/],
  ] as const)
    assert.throws(() => readPolicy(text), { message }, text)
})

const policy = readPolicy(`${head}
omitStages: [RequestReceived]
omitManagedFields: true
rules:
  - { level: None, users: [system:kube-proxy], verbs: [watch] }
  - { level: RequestResponse, userGroups: [auditors], omitManagedFields: false }
  - { level: None, nonResourceURLs: [/healthz*, /version] }
  - level: Request
    namespaces: [kube-system]
    resources: [{ group: "", resources: [configmaps], resourceNames: [one] }]
  - level: Metadata
    omitStages: [ResponseStarted]
    resources:
      - { group: "", resources: [pods/log, "*/status", secrets/*] }
      - { group: apps }
  - { level: Request, namespaces: [""], resources: [{ group: "*", resources: ["*"] }] }
`)

test('the first rule that matches says how much is kept', () => {
  const evaluate = evaluator(policy)
  for (const [method, target, user, groups, level] of [
    ['GET', '/api/v1/services?watch=1', 'system:kube-proxy', [], 'None'],
    ['GET', '/api/v1/services', 'system:kube-proxy', [], 'Request'],
    ['GET', '/api/v1/services', 'a', ['auditors'], 'RequestResponse'],
    ['GET', '/healthz/ping', 'a', [], 'None'],
    ['GET', '/version', 'a', [], 'None'],
    ['GET', '/version/more', 'a', [], 'None'],
    ['PUT', '/api/v1/namespaces/kube-system/configmaps/one', 'a', [], 'Request'],
    ['PUT', '/api/v1/namespaces/kube-system/configmaps/two', 'a', [], 'None'],
    ['GET', '/api/v1/namespaces/x/pods/p/log', 'a', [], 'Metadata'],
    ['GET', '/api/v1/namespaces/x/pods/p', 'a', [], 'None'],
    ['PUT', '/api/v1/namespaces/x/services/p/status', 'a', [], 'Metadata'],
    ['GET', '/api/v1/namespaces/x/secrets/p', 'a', [], 'Metadata'],
    ['GET', '/apis/apps/v1/namespaces/x/deployments', 'a', [], 'Metadata'],
    ['GET', '/api/v1/nodes', 'a', [], 'Request'],
  ] as const) {
    const info = requestInfo(method, target, new URLSearchParams(target.split('?')[1] ?? ''))
    assert.equal(evaluate({ info, user: { name: user, groups } }).level, level, `${method} ${target}`)
  }
})

test('stages are left out that the policy or the rule leaves out; a rule has the last word on managed fields', () => {
  const evaluate = evaluator(policy)
  const ask = (target: string, groups: string[]) =>
    evaluate({ info: requestInfo('GET', target, new URLSearchParams()), user: { name: 'a', groups } })
  assert.deepEqual(ask('/apis/apps/v1/deployments', []), {
    level: 'Metadata',
    omitStages: new Set(['RequestReceived', 'ResponseStarted']),
    omitManagedFields: true,
  })
  assert.equal(ask('/apis/apps/v1/deployments', ['auditors']).omitManagedFields, false)
  const nobody = evaluate({ info: requestInfo('GET', '/api/v1/nodes', new URLSearchParams()), user: undefined })
  assert.equal(nobody.level, 'Request')
})
