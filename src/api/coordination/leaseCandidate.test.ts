import assert from 'node:assert/strict'
import { test } from 'node:test'
import { write } from '../../testing/writes.ts'
import { leaseCandidates } from './leaseCandidate.ts'

const candidate = (spec: object) => ({
  metadata: { name: 'c', namespace: 'n' },
  spec: {
    leaseName: 'l',
    binaryVersion: '1.36.0',
    emulationVersion: '1.35.0',
    strategy: 'OldestEmulationVersion',
    ...spec,
  },
})

test('a candidate tells its versions, and how the holder is chosen', () => {
  const older = 'must be greater than or equal to `emulationVersion`'
  const cases: [spec: object, errors: string[]][] = [
    [{}, []],
    [
      { leaseName: '', binaryVersion: '', emulationVersion: '', strategy: '' },
      ['spec.leaseName: Required value', 'spec.binaryVersion: Required value', 'spec.strategy: Required value'],
    ],
    [
      { emulationVersion: '' },
      ["spec.emulationVersion: Required value: must be specified when `strategy` is 'OldestEmulationVersion'"],
    ],
    [{ emulationVersion: '', strategy: 'acme.io/mine' }, []],
    [{ emulationVersion: '1.36.0' }, []],
    [{ emulationVersion: '1.36.1' }, [`spec.binaryVersion: Invalid value: "1.36.0": ${older}`]],
    [
      { binaryVersion: '1.36.0-alpha.2', emulationVersion: '1.36.0-alpha.10' },
      [`spec.binaryVersion: Invalid value: "1.36.0-alpha.2": ${older}`],
    ],
    [{ binaryVersion: '1.36.0-beta', emulationVersion: '1.36.0-alpha.1' }, []],
    [
      { binaryVersion: '1.36.0-alpha', emulationVersion: '1.36.0' },
      [`spec.binaryVersion: Invalid value: "1.36.0-alpha": ${older}`],
    ],
    [
      { binaryVersion: 'v1.36', emulationVersion: '1.35' },
      [
        'spec.emulationVersion: Invalid value: "1.35": must be a valid semantic version',
        'spec.binaryVersion: Invalid value: "v1.36": must be a valid semantic version',
        "spec.emulationVersion: Required value: must be specified when `strategy` is 'OldestEmulationVersion'",
      ],
    ],
    [
      { strategy: 'Youngest' },
      ['spec.strategy.strategy: Unsupported value: "Youngest": supported values: "OldestEmulationVersion"'],
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(leaseCandidates, candidate(spec)).errors, errors, JSON.stringify(spec))
})

test('a candidate stays with its lease', () => {
  const old = write(leaseCandidates, candidate({})).object
  assert.deepEqual(write(leaseCandidates, candidate({ leaseName: 'm' }), old).errors, [
    'spec.leaseName: Invalid value: "m": field is immutable',
  ])
})
