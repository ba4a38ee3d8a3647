import assert from 'node:assert/strict'
import { test } from 'node:test'
import { write } from '../testing/writes.ts'
import { tokenRequestRules } from './authentication/tokenRequest.ts'
import {
  type KubeObject,
  leases,
  localSubjectAccessReviews,
  priorityClasses,
  type Resource,
  selfSubjectAccessReviews,
  serviceAccounts,
  subjectAccessReviews,
} from './index.ts'

const resourceAttributes = { verb: 'get', resource: 'pods', namespace: 'a' }
const nonResourceAttributes = { verb: 'get', path: '/healthz' }

test('small kinds refuse what makes no sense', () => {
  const cases: [resource: Resource, manifest: object, errors: string[]][] = [
    [
      leases,
      { metadata: { name: 'l' }, spec: { leaseDurationSeconds: 0 } },
      ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0'],
    ],
    [
      leases,
      { metadata: { name: 'l' }, spec: { preferredHolder: 'a' } },
      ['spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined'],
    ],
    [
      leases,
      { metadata: { name: 'l' }, spec: { strategy: 'Mine' } },
      ['spec.strategy.strategy: Unsupported value: "Mine": supported values: "OldestEmulationVersion"'],
    ],
    [leases, { metadata: { name: 'l' }, spec: { strategy: 'acme.io/Mine' } }, []],
    [
      priorityClasses,
      { metadata: { name: 'p' }, value: 1_000_000_001 },
      ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
    ],
    [
      priorityClasses,
      { metadata: { name: 'system-x' }, value: 1 },
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class",
      ],
    ],
    [priorityClasses, { metadata: { name: 'system-node-critical' }, value: 2_000_001_000 }, []],
    [subjectAccessReviews, { spec: { resourceAttributes, user: 'u' } }, []],
    [
      subjectAccessReviews,
      { spec: { resourceAttributes, nonResourceAttributes } },
      [
        'spec.nonResourceAttributes: Invalid value: {"verb":"get","path":"/healthz"}: cannot be specified in combination with resourceAttributes',
        'spec.user: Invalid value: "": at least one of user or group must be specified',
      ],
    ],
    [
      selfSubjectAccessReviews,
      { metadata: { name: 'x' }, spec: {} },
      [
        'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
        'metadata: Invalid value: {"name":"x"}: must be empty',
      ],
    ],
    [
      localSubjectAccessReviews,
      { metadata: { namespace: 'b' }, spec: { resourceAttributes, user: 'u' } },
      ['spec.resourceAttributes.namespace: Invalid value: "a": must match metadata.namespace'],
    ],
  ]
  for (const [resource, manifest, errors] of cases)
    assert.deepEqual(write<KubeObject>(resource, manifest).errors, errors, JSON.stringify(manifest))
})

test('a priority class keeps its value', () => {
  const old = write(priorityClasses, { metadata: { name: 'p' }, value: 1 }).object
  assert.deepEqual([old.preemptionPolicy, old.metadata.generation], ['PreemptLowerPriority', 1])
  assert.deepEqual(
    write(priorityClasses, { metadata: { name: 'p' }, value: 2, preemptionPolicy: 'Never' }, old).errors,
    [
      'value: Forbidden: may not be changed in an update.',
      'preemptionPolicy: Invalid value: "Never": field is immutable',
    ],
  )
})

test('a token is asked for between ten minutes and an age', () => {
  const fields = (expirationSeconds: number) =>
    tokenRequestRules({
      metadata: {},
      spec: { audiences: [], expirationSeconds },
      status: { token: '', expirationTimestamp: '' },
    }).length
  assert.deepEqual([599, 600, 2 ** 32, 2 ** 32 + 1].map(fields), [1, 0, 0, 1])
})

test('of a Secret that an account uses only the name is kept', () => {
  const { object, warnings } = write(serviceAccounts, {
    metadata: { name: 's', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
    secrets: [{ name: 'a', namespace: 'b', uid: 'c' }],
  })
  assert.deepEqual(object.secrets, [{ name: 'a' }])
  assert.equal(warnings.length, 1)
})
