import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { createRegistry } from '../../base/registry.ts'
import { map, maps, rule, startHooked } from '../admission/webhook/webhook.test-suite.ts'
import type { Kept } from './backend.ts'
import { auditMeter, createAuditor, readPolicy } from './index.ts'

const policy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - { level: Request, verbs: [create], namespaces: [default], resources: [{ resources: [configmaps] }] }
  - { level: Metadata, verbs: [update], resources: [{ resources: [configmaps] }] }
  - { level: None }
`

test('webhooks leave notes in events: what they changed, and how where requests are kept', async context => {
  const events: { level: string; annotations: Record<string, string> }[] = []
  const sink = {
    take({ json }: Kept) {
      events.push(JSON.parse(json))
      return undefined
    },
    close: () => Promise.resolve(),
  }
  const meter = auditMeter(createRegistry())
  const auditor = createAuditor({ policy: readPolicy(policy), sinks: [sink], meter, clock: systemClock })
  const hooked = await startHooked(
    {
      changes: () => ({ patch: [{ value: 'yes', op: 'add', path: '/data/more' }], auditAnnotations: { seen: 'it' } }),
      broken: () => 500,
      late: () => 500,
    },
    { api: { auditor } },
  )
  context.after(() => hooked.stop())
  const { ask, configure } = hooked
  const writes = [rule(['CREATE', 'UPDATE'], ['configmaps'])]
  await configure('Mutating', 'changes', writes)
  await configure('Mutating', 'broken', writes, { failurePolicy: 'Ignore' })
  await configure('Validating', 'late', writes, { failurePolicy: 'Ignore' })
  assert.equal((await ask('POST', maps, map('a', { own: '1' }))).status, 201)
  assert.equal((await ask('PUT', `${maps}/a`, map('a', { own: '2' }))).status, 200)
  const changes = { configuration: 'changes', webhook: 'changes.example.com' }
  const always = {
    'authorization.k8s.io/decision': 'allow',
    'authorization.k8s.io/reason': '',
    'failed-open.mutation.webhook.admission.k8s.io/round_0_index_0': 'broken.example.com',
    'mutation.webhook.admission.k8s.io/round_0_index_0': JSON.stringify({
      ...{ configuration: 'broken', webhook: 'broken.example.com', mutated: false },
    }),
    'changes.example.com/seen': 'it',
    'mutation.webhook.admission.k8s.io/round_0_index_1': JSON.stringify({ ...changes, mutated: true }),
    'failed-open.validating.webhook.admission.k8s.io/round_0_index_0': 'late.example.com',
  }
  const patch = [{ op: 'add', path: '/data/more', value: 'yes' }]
  assert.deepEqual(
    events.map(({ level, annotations }) => ({ level, annotations })),
    [
      {
        level: 'Request',
        annotations: {
          ...always,
          'patch.webhook.admission.k8s.io/round_0_index_1': JSON.stringify({
            ...changes,
            patch,
            patchType: 'JSONPatch',
          }),
        },
      },
      { level: 'Metadata', annotations: always },
    ],
  )
})
