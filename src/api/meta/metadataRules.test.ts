import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../schema/rules/errors.ts'
import { metadataRules, metadataUpdateRules } from './metadataRules.ts'
import { labelName, pathSegmentName } from './names.ts'
import type { ObjectMeta } from './objectMeta.ts'

const namespaced = { namespaced: true }
const good: ObjectMeta = { name: 'a', namespace: 'default' }

test('metadata that makes no sense is refused with the field and the reason', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }
  const cases: [meta: ObjectMeta, starts: string[]][] = [
    [good, []],
    [{ namespace: 'default' }, ['metadata.name: Required value: name or generateName is required']],
    [{ ...good, name: 'No_Good' }, ['metadata.name: Invalid value: "No_Good": a lowercase RFC 1123 subdomain must']],
    [{ ...good, generateName: 'a-' }, []],
    [{ name: 'a' }, ['metadata.namespace: Required value']],
    [{ ...good, namespace: 'a.b' }, ['metadata.namespace: Invalid value: "a.b": must not contain dots']],
    [{ ...good, labels: { 'a b': '' } }, ['metadata.labels: Invalid value: "a b": name part must']],
    [{ ...good, labels: { a: '-' } }, ['metadata.labels: Invalid value: "-": a valid label must']],
    [{ ...good, annotations: { 'UPPER/Case': 'any text' } }, []],
    [
      { ...good, annotations: { a: 'x'.repeat(256 * 1024) } },
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
    [{ ...good, finalizers: ['a b'] }, ['metadata.finalizers: Invalid value: "a b": name part must']],
    [
      { ...good, finalizers: ['orphan', 'foregroundDeletion'] },
      [
        'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
      ],
    ],
    [
      { ...good, ownerReferences: [{ ...owner, uid: '' }] },
      ['metadata.ownerReferences.uid: Invalid value: "": must not be empty'],
    ],
    [
      {
        ...good,
        ownerReferences: [
          { ...owner, controller: true },
          { ...owner, name: 'q', uid: 'v', controller: true },
        ],
      },
      ['metadata.ownerReferences: Invalid value: ['],
    ],
    [
      { ...good, managedFields: [{ manager: 'a\nb', operation: 'Update' }] },
      ['metadata.managedFields[0].manager: Invalid value: "a\\nb": invalid character U+000A (at position 1)'],
    ],
  ]
  for (const [meta, starts] of cases) {
    const told = metadataRules(meta, namespaced).map(describeError)
    assert.equal(told.length, starts.length, told.join('; '))
    for (const [i, start] of starts.entries()) assert.equal(told[i]?.slice(0, start.length), start)
  }
  assert.deepEqual(metadataRules(good, { namespaced: false }).map(describeError), [
    'metadata.namespace: Forbidden: not allowed on this type',
  ])
})

test('an update keeps what tells objects apart', () => {
  const old: ObjectMeta = {
    ...good,
    uid: 'u',
    resourceVersion: '1',
    generation: 2,
    creationTimestamp: '2026-01-31T09:30:00Z',
  }
  const cases: [meta: ObjectMeta, old: ObjectMeta, errors: string[]][] = [
    [old, old, []],
    [
      { ...old, resourceVersion: undefined },
      old,
      ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
    ],
    [{ ...old, generation: 1 }, old, ['metadata.generation: Invalid value: 1: must not be decremented']],
    [{ ...old, uid: 'v' }, old, ['metadata.uid: Invalid value: "v": field is immutable']],
    [
      { ...old, finalizers: ['b', 'a'] },
      { ...old, deletionTimestamp: '2026-01-31T09:31:00Z', finalizers: ['a'] },
      [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"b"}',
        'metadata.deletionTimestamp: Invalid value: null: field is immutable',
      ],
    ],
  ]
  for (const [meta, before, errors] of cases)
    assert.deepEqual(metadataUpdateRules(meta, before).map(describeError), errors)
})

test('the beginning of a name may end with a dash', () => {
  assert.deepEqual(labelName('web-', true), [])
  assert.equal(labelName('web-', false).length, 1)
  assert.deepEqual(pathSegmentName('..', false), ["may not be '..'"])
  assert.deepEqual(pathSegmentName('system:node', false), [])
})
