import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { type CertificateSigningRequest, certificateSigningRequests } from './certificateSigningRequest.ts'
import { requestRules, statusUpdateRules } from './requestRules.ts'
import { signerNameRules } from './signerName.ts'

const pem = (label: string) =>
  Buffer.from(`-----BEGIN ${label}-----\nAA==\n-----END ${label}-----\n`).toString('base64')
const condition = (type: string, status = 'True', more: object = {}) => ({
  type,
  status,
  lastUpdateTime: '',
  lastTransitionTime: '',
  ...more,
})
const request = (spec: object = {}, status: object = {}): CertificateSigningRequest =>
  ({
    metadata: { name: 'r' },
    spec: { request: pem('CERTIFICATE REQUEST'), signerName: 'a.b/c', usages: ['client auth'], ...spec },
    status,
  }) as CertificateSigningRequest
const decided = (...types: string[]) => request({}, { conditions: types.map(type => condition(type)) })

const cases: readonly [what: string, of: CertificateSigningRequest, wanted: readonly string[]][] = [
  ['a good one', request(), []],
  ['one that asks for nothing', request({ usages: [] }), ['spec.usages: Required value']],
  [
    'one that is no request',
    request({ request: pem('CERTIFICATE') }),
    [`spec.request: Invalid value: "${pem('CERTIFICATE')}": PEM block type must be CERTIFICATE REQUEST`],
  ],
  ['a usage that is said twice', request({ usages: ['any', 'any'] }), ['spec.usages[1]: Duplicate value: "any"']],
  [
    'the old name of a signer',
    request({ signerName: 'kubernetes.io/legacy-unknown' }),
    [
      'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
    ],
  ],
  [
    'one for a minute',
    request({ expirationSeconds: 60 }),
    ['spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 600 seconds (10 minutes)'],
  ],
  [
    'one that is approved and denied',
    decided('Approved', 'Denied'),
    ['status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'],
  ],
  [
    'one that is not approved',
    request({}, { conditions: [condition('Approved', 'False')] }),
    ['status.conditions[0].status: Unsupported value: "False": supported values: "True"'],
  ],
  ['a condition of its own', request({}, { conditions: [condition('Mine', 'Unknown')] }), []],
  ['a condition that stands twice', decided('Mine', 'Mine'), ['status.conditions[1].type: Duplicate value: "Mine"']],
]
for (const [what, of, wanted] of cases)
  test(`rules of requests: ${what}`, () => assert.deepEqual(requestRules(of, undefined).map(describeError), wanted))

test('what was wrong before may stay', () => {
  const both = decided('Approved', 'Denied')
  assert.deepEqual(requestRules(both, both), [])
})

const issued = (label = 'CERTIFICATE') => request({}, { certificate: pem(label) })
const none = request()
const updates: readonly [
  what: string,
  now: CertificateSigningRequest,
  old: CertificateSigningRequest,
  may: { decide: boolean; issue: boolean },
  wanted: readonly string[],
][] = [
  ['an approver approves', decided('Approved'), none, { decide: true, issue: false }, []],
  [
    'a signer does not approve',
    decided('Approved'),
    none,
    { decide: false, issue: true },
    ['status.conditions: Forbidden: updates may not add a condition of type "Approved"'],
  ],
  ['a signer says what it likes', decided('Mine'), none, { decide: false, issue: true }, []],
  [
    'nobody takes a decision back',
    none,
    decided('Failed'),
    { decide: true, issue: false },
    ['status.conditions: Forbidden: updates may not remove a condition of type "Failed"'],
  ],
  ['a signer issues', issued(), none, { decide: false, issue: true }, []],
  [
    'an approver does not issue',
    issued(),
    none,
    { decide: true, issue: false },
    ['status.certificate: Forbidden: updates may not set certificate content'],
  ],
  [
    'a certificate stays',
    issued('X'),
    issued(),
    { decide: false, issue: true },
    ['status.certificate: Forbidden: updates may not modify existing certificate content'],
  ],
  [
    'a certificate is one',
    issued('X'),
    none,
    { decide: false, issue: true },
    ['status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block'],
  ],
]
for (const [what, now, old, may, wanted] of updates)
  test(`updates of requests: ${what}`, () =>
    assert.deepEqual(statusUpdateRules(now, old, may).map(describeError), wanted))

const names: readonly [name: string, wanted: readonly string[]][] = [
  ['kubernetes.io/kubelet-serving', []],
  ['', ['n: Required value']],
  ['a.b', [`n: Invalid value: "a.b": must be a fully qualified domain and path of the form 'example.com/signer-name'`]],
  ['a/b', ['n: Invalid value: "a": should be a domain with at least two segments separated by dots']],
]
for (const [name, wanted] of names)
  test(`the signer ${JSON.stringify(name)}`, () =>
    assert.deepEqual(signerNameRules(name, at('n')).map(describeError), wanted))

test('a status update keeps decisions and fills in times', () => {
  const { status } = certificateSigningRequests.subresources ?? {}
  const old = request(
    {},
    { conditions: [condition('Approved', 'True', { lastTransitionTime: 'then', lastUpdateTime: 'then' })] },
  )
  const now = structuredClone(request({}, { conditions: [condition('Approved'), condition('Mine')] }))
  if (status?.form === 'view') status.update?.(now, old, { now: 0, timestamp: 'now', user: { name: '', groups: [] } })
  assert.deepEqual(
    now.status.conditions?.map(({ type, lastTransitionTime }) => `${type} ${lastTransitionTime}`),
    ['Approved then', 'Mine now'],
  )
})
