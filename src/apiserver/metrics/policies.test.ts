import assert from 'node:assert/strict'
import { test } from 'node:test'
import { map, maps } from '../admission/webhook/webhook.test-suite.ts'
import { startServed } from '../crd/crd.test-suite.ts'
import { scraped } from './scraped.test-suite.ts'

const group = 'admissionregistration.k8s.io'
const matchConstraints = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
}

test('policies are counted by what their bindings made of a write', async context => {
  const served = await startServed()
  context.after(() => served.stop())
  const { ask } = served
  const make = async (kind: string, plural: string, name: string, spec: object) => {
    const apiVersion = `${group}/v1`
    const made = await ask('POST', `/apis/${apiVersion}/${plural}`, { apiVersion, kind, metadata: { name }, spec })
    assert.equal(made.status, 201, JSON.stringify(made.object))
  }
  const validating = async (name: string, expression: string, actions: readonly string[], rest: object = {}) => {
    const spec = { matchConstraints, validations: [{ expression }], ...rest }
    await make('ValidatingAdmissionPolicy', 'validatingadmissionpolicies', name, spec)
    const bound = { policyName: name, validationActions: actions }
    await make('ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings', `${name}-bound`, bound)
  }
  await validating('holds', "object.data.a == '1'", ['Deny'])
  await validating('warns', "object.data.b == '1'", ['Warn', 'Audit'])
  await validating('fails', "object.data.c == '1'", ['Deny'], { failurePolicy: 'Ignore' })
  const mutation = { patchType: 'ApplyConfiguration', applyConfiguration: { expression: "Object{data: {'a': '1'}}" } }
  const changes = { matchConstraints, reinvocationPolicy: 'Never', mutations: [mutation] }
  await make('MutatingAdmissionPolicy', 'mutatingadmissionpolicies', 'changes', changes)
  const bound = { policyName: 'changes' }
  await make('MutatingAdmissionPolicyBinding', 'mutatingadmissionpolicybindings', 'changes-bound', bound)

  assert.equal((await ask('POST', maps, map('a', { a: '1', b: '2' }))).status, 201)
  const of = (name: string, error: string) => `policy="${name}",policy_binding="${name}-bound",error_type="${error}"`
  const checks = {
    [`{${of('fails', 'invalid_error')},enforcement_action="allow"}`]: 1,
    [`{${of('warns', 'invalid_error')},enforcement_action="warn"}`]: 1,
    [`{${of('warns', 'invalid_error')},enforcement_action="audit"}`]: 1,
  }
  assert.deepEqual(await scraped(served, 'apiserver_validating_admission_policy_check_total'), checks)
  const counted = await scraped(served, 'apiserver_validating_admission_policy_check_duration_seconds_count')
  assert.deepEqual(counted, checks)
  assert.deepEqual(await scraped(served, 'apiserver_mutating_admission_policy_check_total'), {
    [`{${of('changes', 'no_error')}}`]: 1,
  })
})
