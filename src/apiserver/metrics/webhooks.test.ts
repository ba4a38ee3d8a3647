import assert from 'node:assert/strict'
import { test } from 'node:test'
import { map, maps, rule, startHooked } from '../admission/webhook/webhook.test-suite.ts'
import { scraped } from './scraped.test-suite.ts'

test('webhooks are counted by what came of asking them', async context => {
  const hooked = await startHooked({
    changes: () => ({ patch: [{ op: 'add', path: '/data/more', value: 'yes' }] }),
    denies: ({ object }) => (object.data.bad ? { allowed: false, status: { code: 1000 } } : {}),
    opens: () => 500,
    fails: ({ object }) => (object.data.fails ? 502 : {}),
  })
  context.after(() => hooked.stop())
  const { ask, configure } = hooked
  assert.deepEqual(await scraped(hooked, 'apiserver_admission_webhook_request_total'), {})
  const created = [rule(['CREATE'], ['configmaps'])]
  await configure('Mutating', 'changes', created)
  await configure('Validating', 'denies', created)
  await configure('Validating', 'fails', created)
  await configure('Validating', 'opens', created, { failurePolicy: 'Ignore' })
  assert.equal((await ask('POST', maps, map('a', { own: 'yes' }))).status, 201)
  assert.equal((await ask('POST', maps, map('b', { bad: 'yes' }))).status, 1000)
  assert.equal((await ask('POST', maps, map('c', { fails: 'yes' }))).status, 500)
  const of = (name: string, type: string) => `name="${name}.example.com",type="${type}",operation="CREATE"`
  assert.deepEqual(await scraped(hooked, 'apiserver_admission_webhook_request_total'), {
    [`{${of('changes', 'admit')},code="200",rejected="false"}`]: 3,
    [`{${of('denies', 'validating')},code="200",rejected="false"}`]: 2,
    [`{${of('denies', 'validating')},code="600",rejected="true"}`]: 1,
    [`{${of('fails', 'validating')},code="200",rejected="false"}`]: 2,
    [`{${of('fails', 'validating')},code="502",rejected="true"}`]: 1,
    [`{${of('opens', 'validating')},code="500",rejected="false"}`]: 3,
  })
  assert.deepEqual(await scraped(hooked, 'apiserver_admission_webhook_rejection_count'), {
    [`{${of('denies', 'validating')},error_type="no_error",rejection_code="600"}`]: 1,
    [`{${of('fails', 'validating')},error_type="calling_webhook_error",rejection_code="502"}`]: 1,
  })
  assert.deepEqual(await scraped(hooked, 'apiserver_admission_webhook_fail_open_count'), {
    '{name="opens.example.com",type="validating"}': 3,
  })
  const durations = await scraped(hooked, 'apiserver_admission_webhook_admission_duration_seconds_count')
  assert.equal(durations[`{${of('changes', 'admit')},rejected="false"}`], 3)
})

test('match conditions are counted where they exclude requests, or cannot be told', async context => {
  const hooked = await startHooked({})
  context.after(() => hooked.stop())
  const { ask, configure } = hooked
  const created = [rule(['CREATE'], ['configmaps'])]
  const when = (expression: string) => ({ failurePolicy: 'Ignore', matchConditions: [{ name: 'c', expression }] })
  await configure('Validating', 'true', created, when('true'))
  await configure('Validating', 'false', created, when('false'))
  await configure('Validating', 'open', created, when("object.data.none == 'x'"))
  await ask('POST', maps, map('a'))
  const of = (name: string, type: string) =>
    `{name="${name}.example.com",kind="webhook",type="${type}",operation="CREATE"}`
  const seconds = await scraped(hooked, 'apiserver_admission_match_condition_evaluation_seconds_count')
  assert.deepEqual(seconds, { [of('false', 'validating')]: 1, [of('open', 'validating')]: 1 })
  assert.deepEqual(await scraped(hooked, 'apiserver_admission_match_condition_exclusions_total'), {
    [of('false', 'validate')]: 1,
    [of('open', 'validate')]: 1,
  })
  assert.deepEqual(await scraped(hooked, 'apiserver_admission_match_condition_evaluation_errors_total'), {
    [of('open', 'validating')]: 1,
  })
})
