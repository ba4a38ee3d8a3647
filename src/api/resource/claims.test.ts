import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../schema/rules/errors.ts'
import { cells, write } from '../../testing/writes.ts'
import { claimStatusRules } from './allocationRules.ts'
import { deviceClasses } from './deviceClass.ts'
import { type ResourceClaim, resourceClaims } from './resourceClaim.ts'
import { resourceClaimTemplates } from './resourceClaimTemplate.ts'

const metadata = { name: 'c', namespace: 'n' }
const exactly = { deviceClassName: 'gpu' }
const claim = (devices: object) => ({ metadata, spec: { devices } })
const asked = (exactly: object) => claim({ requests: [{ name: 'r', exactly: { deviceClassName: 'gpu', ...exactly } }] })
const selected = (expression: string) => asked({ selectors: [{ cel: { expression } }] })
const request = 'spec.devices.requests[0]'
const noRequest =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

test('a claim tells which devices it wants', () => {
  const cases: [manifest: object, errors: string[]][] = [
    [claim({ requests: [{ name: 'r', exactly }] }), []],
    [
      claim({ requests: [{ name: '' }, { name: 'a', exactly, firstAvailable: [{ name: 'b', ...exactly }] }] }),
      [
        `${request}.name: Invalid value: "": ${label}`,
        `${request}: Required value: exactly one of \`exactly\` or \`firstAvailable\` is required`,
        'spec.devices.requests[1]: Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set',
      ],
    ],
    [
      claim({
        requests: [
          { name: 'r', exactly },
          { name: 'r', exactly: { deviceClassName: '' } },
        ],
      }),
      [
        'spec.devices.requests[1].exactly.deviceClassName: Required value',
        'spec.devices.requests[1]: Duplicate value: "r"',
      ],
    ],
    [
      claim({ requests: Array.from({ length: 33 }, (_, i) => ({ name: `r${i}`, exactly })) }),
      ['spec.devices.requests: Too many: 33: must have at most 32 items'],
    ],
    [
      asked({
        allocationMode: 'All',
        count: 1,
        tolerations: [{ key: 'a', operator: 'Exists', value: 'b', effect: 'No' }],
      }),
      [
        `${request}.exactly.count: Invalid value: 1: must not be specified when allocationMode is 'All'`,
        `${request}.exactly.tolerations[0].value: Invalid value: "b": must be empty for operator \`Exists\``,
        `${request}.exactly.tolerations[0].effect: Unsupported value: "No": supported values: "NoExecute", "NoSchedule", "None"`,
      ],
    ],
    [
      asked({ allocationMode: 'Some' }),
      [`${request}.exactly.allocationMode: Unsupported value: "Some": supported values: "All", "ExactCount"`],
    ],
    [asked({ count: -1 }), [`${request}.exactly.count: Invalid value: -1: must be greater than zero`]],
    [
      claim({
        requests: [{ name: 'r', firstAvailable: [{ name: 'a', ...exactly }] }],
        constraints: [
          { requests: ['r/a'], matchAttribute: 'acme.io/model' },
          { requests: ['r/b', 'r', 'r', 'a/b/c'], matchAttribute: 'model' },
          {},
        ],
        config: [{ requests: ['x'] }, { opaque: { driver: 'd', parameters: [] } }],
      }),
      [
        `spec.devices.constraints[1].requests[0]: Invalid value: "r/b": ${noRequest}`,
        `spec.devices.constraints[1].requests[3]: Invalid value: "a/b/c": ${noRequest}`,
        'spec.devices.constraints[1].requests[2]: Duplicate value: "r"',
        'spec.devices.constraints[1].matchAttribute: Invalid value: "model": a fully qualified name must be a domain and a name separated by a slash',
        'spec.devices.constraints[2]: Required value: exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set',
        `spec.devices.config[0].requests[0]: Invalid value: "x": ${noRequest}`,
        'spec.devices.config[0].opaque: Required value',
        'spec.devices.config[1].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object',
      ],
    ],
  ]
  for (const [manifest, errors] of cases)
    assert.deepEqual(write(resourceClaims, manifest).errors, errors, JSON.stringify(manifest).slice(0, 300))
})

test('conditions on devices are expressions of bounded cost', () => {
  const path = `${request}.exactly.selectors[0].cel.expression`
  const cases: [expression: string, error: string | undefined][] = [
    ['device.driver == "acme.io"', undefined],
    ['device.attributes["acme.io"].model == "x" && device.allowMultipleAllocations', undefined],
    ['device.capacity["acme.io"].memory.compareTo(quantity("1Gi")) >= 0', undefined],
    ['device.attributes["acme.io"].fast', undefined],
    ['"acme.io" in device.attributes', undefined],
    ['device.driver', `${path}: Invalid value: "device.driver": must evaluate to bool or the unknown type, not string`],
    ['device.', `${path}: Invalid value: "device.": compilation failed`],
    ['device.size > 1', `${path}: Invalid value: "device.size > 1": compilation failed`],
    [
      'device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a == b))))',
      `${path}: Forbidden: too complex, exceeds cost limit`,
    ],
    ['x'.repeat(10 * 1024 + 1), `${path}: Too long: may not be more than 10240 bytes`],
  ]
  for (const [expression, error] of cases) {
    const { errors } = write(resourceClaims, selected(expression))
    if (error === undefined) assert.deepEqual(errors, [], expression)
    else assert.ok(errors.length === 1 && errors[0]?.startsWith(error), errors.join())
  }
  assert.deepEqual(write(resourceClaims, asked({ selectors: [{}] })).errors, [
    `${request}.exactly.selectors[0].cel: Required value`,
  ])
})

test('one device is wanted where nothing is said, and a claim does not change', () => {
  const old = write(resourceClaims, claim({ requests: [{ name: 'r', exactly }] })).object
  assert.deepEqual(old.spec.devices.requests[0]?.exactly, { ...exactly, allocationMode: 'ExactCount', count: 1 })
  const [error = ''] = write(resourceClaims, asked({ count: 2 }), old).errors
  assert.match(error, /^spec: Invalid value: .*: field is immutable$/)
})

test('a template has only labels and annotations beside its spec', () => {
  const { errors } = write(resourceClaimTemplates, {
    metadata,
    spec: { metadata: { name: 'x', labels: { a: 'b' } }, spec: { devices: { requests: [{ name: 'r' }] } } },
  })
  assert.deepEqual(errors, [
    'spec.metadata.name: Forbidden: cannot be set',
    'spec.spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required',
  ])
})

test('a class names an extended resource as one is named', () => {
  const named = (extendedResourceName: string) =>
    write(deviceClasses, { metadata: { name: 'c' }, spec: { extendedResourceName } }).errors
  assert.deepEqual(named('acme.io/gpu'), [])
  assert.deepEqual(named('cpu'), [
    'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
  ])
})

const result = { request: 'r', driver: 'acme.io', pool: 'p', device: 'd' }
const allocation = { devices: { results: [result] } }
const user = { resource: 'pods', name: 'p', uid: '1' }
const base = (status: object = {}, meta: object = {}): ResourceClaim => {
  const { object } = write(resourceClaims, claim({ requests: [{ name: 'r', exactly }] }))
  return { ...object, metadata: { ...object.metadata, ...meta }, status: status as ResourceClaim['status'] }
}
const seen = { driver: 'acme.io', pool: 'p', device: 'd', conditions: [] }

test('devices are given as a whole, and then used', () => {
  const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' }
  const cases: [now: ResourceClaim, old: ResourceClaim, errors: string[]][] = [
    [base({ allocation, reservedFor: [user], devices: [seen] }), base(), []],
    [
      base({ reservedFor: [user, { ...user, name: '' }] }),
      base(),
      [
        'status.reservedFor[1].name: Required value',
        'status.reservedFor[1]: Duplicate value: "1"',
        'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
      ],
    ],
    [
      base({ allocation, reservedFor: [user] }, deleted),
      base({ allocation }),
      [
        'status.reservedFor: Forbidden: new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
      ],
    ],
    [
      base({
        allocation: {
          devices: {
            results: [{ ...result, request: 'x', pool: '', bindingConditions: ['a', 'a'] }],
            config: [{ source: 'FromMoon', opaque: { driver: 'd', parameters: {} } }],
          },
          nodeSelector: { nodeSelectorTerms: [] },
        },
      }),
      base(),
      [
        `status.allocation.devices.results[0].request: Invalid value: "x": ${noRequest}`,
        'status.allocation.devices.results[0].pool: Required value',
        'status.allocation.devices.results[0].bindingConditions[1]: Duplicate value: "a"',
        'status.allocation.devices.results[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions',
        'status.allocation.devices.config[0].source: Unsupported value: "FromMoon": supported values: "FromClaim", "FromClass"',
        'status.allocation.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term',
      ],
    ],
    [
      base({
        allocation,
        devices: [
          {
            ...seen,
            device: 'e',
            shareID: 'A',
            data: 'x',
            networkData: { interfaceName: 'x'.repeat(257), ips: ['10.0.0.1', '10.0.0.1/24', '2001:DB8::1/64'] },
          },
        ],
      }),
      base({ allocation }),
      [
        'status.devices[0].shareID: Invalid value: "A": error validating uid: invalid UUID length: 1',
        'status.devices[0]: Invalid value: "acme.io/p/e/A": must be an allocated device in the claim',
        'status.devices[0].data: Invalid value: "<value omitted>": must be a valid JSON object',
        'status.devices[0].networkData.interfaceName: Too long: may not be more than 256 bytes',
        'status.devices[0].networkData.ips[0]: Invalid value: "10.0.0.1": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
        'status.devices[0].networkData.ips[2]: Invalid value: "2001:DB8::1/64": must be in canonical form ("2001:db8::1/64")',
      ],
    ],
  ]
  for (const [now, old, errors] of cases) assert.deepEqual(claimStatusRules(now, old).map(describeError), errors)
  const other = { devices: { results: [{ ...result, device: 'e' }] } }
  assert.deepEqual(
    claimStatusRules(base({ allocation: other }), base({ allocation })).map(
      ({ field, detail }) => `${field}: ${detail}`,
    ),
    ['status.allocation: field is immutable'],
  )
})

test('what was told of devices goes with them', () => {
  const status = resourceClaims.subresources?.status
  assert.ok(status?.form === 'view')
  const now = base({ devices: [seen, { ...seen, device: 'mine' }] })
  status.update?.(now as never, base({ allocation }) as never, {} as never)
  assert.deepEqual(now.status.devices, [{ ...seen, device: 'mine' }])
  assert.deepEqual(
    [base(), base({ allocation }), base({ allocation, reservedFor: [user] })].map(
      object => cells(resourceClaims, object).State,
    ),
    ['pending', 'allocated', 'allocated,reserved'],
  )
})
