import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testContext, write } from '../../testing/writes.ts'
import { deviceTaintRules } from './deviceTaintRule.ts'
import { resourceSlices } from './resourceSlice.ts'

const metadata = { name: 's' }
const pool = { name: 'p', generation: 1, resourceSliceCount: 1 }
const slice = (spec: object) => ({ metadata, spec: { driver: 'acme.io', pool, nodeName: 'n', ...spec } })
const device = (more: object) => slice({ devices: [{ name: 'd', ...more }] })
const capacity = (requestPolicy: object) =>
  device({ allowMultipleAllocations: true, capacity: { memory: { value: '10Gi', requestPolicy } } })
const at = 'spec.devices[0]'
const policy = `${at}.capacity[memory].requestPolicy`
const oneOf = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'

test('a slice tells of devices, and who reaches them', () => {
  const cases: [manifest: object, errors: string[]][] = [
    [device({ attributes: { model: { string: 'x' }, 'acme.io/version': { version: '1.0.0' } } }), []],
    [
      slice({ driver: '', pool: { name: '', generation: -1, resourceSliceCount: 0 }, nodeName: undefined }),
      [
        'spec.driver: Required value',
        'spec.pool.name: Required value',
        'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
        'spec.pool.generation: Invalid value: -1: must be greater than or equal to zero',
        `spec: Required value: ${oneOf}`,
      ],
    ],
    [
      slice({ allNodes: true, nodeSelector: { nodeSelectorTerms: [{}, {}] } }),
      [
        'spec.nodeSelector.nodeSelectorTerms: Invalid value: [{},{}]: must have exactly one node selector term',
        `spec: Invalid value: "{\`nodeName\`, \`nodeSelector\`, \`allNodes\`}": ${oneOf}, but multiple fields are set`,
      ],
    ],
    [
      slice({ nodeName: '', allNodes: false }),
      [
        'spec.nodeName: Invalid value: "": must be either unset or set to a non-empty string',
        'spec.allNodes: Invalid value: false: must be either unset or set to true',
        `spec: Required value: ${oneOf}`,
      ],
    ],
    [
      slice({ sharedCounters: [{ name: 'c', counters: {} }], devices: [{ name: 'd' }, { name: 'd' }] }),
      [
        'spec: Invalid value: "": only one of `sharedCounters` or `devices` is allowed',
        'spec.devices[1]: Duplicate value: "d"',
        'spec.sharedCounters[0].counters: Required value',
      ],
    ],
    [
      slice({
        devices: Array.from({ length: 65 }, (_, i) => ({ name: `d${i}`, taints: [{ key: 'a', effect: 'None' }] })),
      }),
      ['spec.devices: Too many: 65: must have at most 64 items'],
    ],
    [
      device({
        attributes: { 'a/b': {}, '1x': { int: 1, bool: true }, v: { version: '1' }, s: { string: 'x'.repeat(65) } },
      }),
      [
        `${at}.attributes[a/b]: Invalid value: "": exactly one value must be specified`,
        `${at}.attributes: Invalid value: "1x": a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')`,
        `${at}.attributes[1x]: Invalid value: {"int":1,"bool":true}: exactly one value must be specified`,
        `${at}.attributes[v].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0`,
        `${at}.attributes[s].string: Too long: may not be more than 64 bytes`,
      ],
    ],
    [
      device({ attributes: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, { int: i }])) }),
      [`${at}: Invalid value: 33: the total number of attributes and capacities must not exceed 32`],
    ],
    [
      device({ capacity: { memory: { value: '1Gi', requestPolicy: {} } } }),
      [`${policy}: Forbidden: allowMultipleAllocations must be true`],
    ],
    [capacity({ default: '1Gi', validValues: ['1Gi', '2Gi'] }), []],
    [capacity({ validValues: ['1Gi'] }), [`${policy}.default: Required value: required when validValues is defined`]],
    [
      capacity({ default: '3Gi', validValues: ['2Gi', '1Gi', '20Gi'] }),
      [
        `${policy}.validValues[1]: Invalid value: "1Gi": values must be sorted in ascending order`,
        `${policy}.validValues[2]: Invalid value: "20Gi": option is larger than capacity value: 10Gi`,
        `${policy}.validValues: Invalid value: "3Gi": default value is not valid according to the requestPolicy`,
      ],
    ],
    [capacity({ default: '2Gi', validRange: { min: '1Gi', max: '3Gi', step: '1Gi' } }), []],
    [
      capacity({ default: '1', validRange: { min: '2', max: '20Gi', step: '2' } }),
      [
        `${policy}.validRange.min: Invalid value: "1": default is less than min: 2`,
        `${policy}.validRange.max: Invalid value: "20Gi": max is larger than capacity value: 10Gi`,
        `${policy}.validRange.step: Invalid value: "1": value is not a multiple of a given step (2) from (2)`,
      ],
    ],
    [
      device({ nodeName: 'n', taints: [{ key: '', effect: '' }], consumesCounters: [{ counterSet: '' }] }),
      [
        `${at}.taints[0].key: Invalid value: "": name part must be non-empty`,
        `${at}.taints[0].key: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        `${at}.taints[0].effect: Required value`,
        `${at}.consumesCounters[0].counterSet: Required value`,
        `${at}.consumesCounters[0].counters: Required value`,
        `${at}: Invalid value: null: \`nodeName\`, \`nodeSelector\` and \`allNodes\` can only be set if \`perDeviceNodeSelection\` is set to true in the ResourceSlice spec`,
      ],
    ],
    [
      slice({
        nodeName: undefined,
        perDeviceNodeSelection: true,
        devices: [{ name: 'd', nodeName: 'n' }, { name: 'e' }],
      }),
      [
        'spec.devices[1]: Required value: exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
      ],
    ],
  ]
  for (const [manifest, errors] of cases)
    assert.deepEqual(write(resourceSlices, manifest).errors, errors, JSON.stringify(manifest).slice(0, 300))
})

test('driver, pool and node of a slice stay', () => {
  const old = write(resourceSlices, slice({})).object
  const changed = slice({ driver: 'b', pool: { ...pool, name: 'q' }, nodeName: 'm' })
  assert.deepEqual(write(resourceSlices, changed, old).errors, [
    'spec.pool.name: Invalid value: "q": field is immutable',
    'spec.driver: Invalid value: "b": field is immutable',
    'spec.nodeName: Invalid value: "m": field is immutable',
  ])
})

test('taints are stamped, and what is behind gates is left out', () => {
  const { object, warnings } = write(
    resourceSlices,
    slice({
      driver: 'Acme.io',
      devices: [
        {
          name: 'd',
          taints: [{ key: 'a', effect: 'None' }],
          attributes: { a: { int: 1, ints: [1] } },
          nodeAllocatableResourceMappings: { cpu: { capacityKey: 'x' } },
        },
      ],
    }),
  )
  assert.deepEqual(object.spec.devices, [
    {
      name: 'd',
      taints: [{ key: 'a', effect: 'None', timeAdded: testContext.timestamp }],
      attributes: { a: { int: 1 } },
    },
  ])
  assert.deepEqual(warnings, ['spec.driver: driver names should be lowercase; "Acme.io" contains uppercase characters'])
})

test('a rule taints devices of any driver, since when its effect is what it is', () => {
  const rule = (taint: object, deviceSelector: object = {}) => ({ metadata, spec: { deviceSelector, taint } })
  const { object: old } = write(
    deviceTaintRules,
    rule({ key: 'a', effect: 'NoExecute', timeAdded: '2020-01-01T00:00:00Z' }),
  )
  assert.equal(old.spec.taint.timeAdded, '2020-01-01T00:00:00Z')
  const again = write(deviceTaintRules, rule({ ...old.spec.taint, effect: 'NoSchedule' }), old).object
  assert.equal(again.spec.taint.timeAdded, testContext.timestamp)
  assert.deepEqual(write(deviceTaintRules, rule({ key: 'a', effect: 'No' }, { driver: '', device: 'A' })).errors, [
    'spec.deviceSelector.driver: Required value',
    "spec.deviceSelector.device: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    'spec.taint.effect: Unsupported value: "No": supported values: "NoExecute", "NoSchedule", "None"',
  ])
})
