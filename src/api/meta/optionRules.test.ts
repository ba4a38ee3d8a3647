import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOptionRules, deleteOptionRules, listOptionRules, patchOptionRules } from './optionRules.ts'
import type { ListOptions } from './options.ts'

const fields = (errors: readonly { field: string; type: string }[]) =>
  errors.map(({ field, type }) => `${field} ${type.slice('FieldValue'.length)}`)

test('options of lists and watches must go together', () => {
  const cases: [options: ListOptions, errors: string[]][] = [
    [{}, []],
    [{ resourceVersion: '5', resourceVersionMatch: 'Exact' }, []],
    [{ resourceVersionMatch: 'Exact' }, ['resourceVersionMatch Forbidden']],
    [{ resourceVersion: '0', resourceVersionMatch: 'Exact' }, ['resourceVersionMatch Forbidden']],
    [{ resourceVersion: '5', resourceVersionMatch: 'Newer' }, ['resourceVersionMatch NotSupported']],
    [{ resourceVersion: '5', resourceVersionMatch: 'Exact', continue: 'x' }, ['resourceVersionMatch Forbidden']],
    [{ sendInitialEvents: true }, ['sendInitialEvents Forbidden']],
    [{ watch: true, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }, []],
    [{ watch: true, sendInitialEvents: true }, ['resourceVersionMatch Forbidden']],
    [{ watch: true, resourceVersionMatch: 'NotOlderThan' }, ['resourceVersionMatch Forbidden']],
  ]
  for (const [options, errors] of cases)
    assert.deepEqual(fields(listOptionRules(options)), errors, JSON.stringify(options))
})

test('options of writes are checked', () => {
  assert.deepEqual(
    fields(createOptionRules({ dryRun: ['Some'], fieldValidation: 'Loose', fieldManager: 'm'.repeat(129) })),
    ['fieldManager TooLong', 'dryRun NotSupported', 'fieldValidation NotSupported'],
  )
  assert.deepEqual(fields(patchOptionRules({}, true)), ['fieldManager Required'])
  assert.deepEqual(fields(patchOptionRules({ force: true }, false)), ['force Forbidden'])
  assert.deepEqual(fields(deleteOptionRules({ propagationPolicy: 'Gently' })), ['propagationPolicy NotSupported'])
  assert.deepEqual(fields(deleteOptionRules({ propagationPolicy: 'Orphan', orphanDependents: true })), [
    'propagationPolicy Invalid',
  ])
})
