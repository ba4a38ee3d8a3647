import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { certificate, certificateRequest, makeKey } from '../../net/x509/index.ts'
import { describeError } from '../../schema/rules/errors.ts'
import { cells, write } from '../../testing/writes.ts'
import { type PodCertificateRequest, podCertificateRequests } from './podCertificateRequest.ts'
import { podRequestStatusRules } from './podCertificateRequestRules.ts'

const key = await makeKey()
const der = (pem: string) => pem.replace(/-----.*-----|\n/g, '')
const stubOf = (of: KeyObject) => der(certificateRequest({ commonName: '' }, of))
const spki = (of: KeyObject) => createPublicKey(of).export({ type: 'spki', format: 'der' }).toString('base64')
const request = (spec: object) => ({
  metadata: { name: 'r', namespace: 'n' },
  spec: {
    signerName: 'acme.io/s',
    podName: 'p',
    podUID: '1',
    serviceAccountName: 'sa',
    serviceAccountUID: '2',
    nodeName: 'node',
    nodeUID: '3',
    stubPKCS10Request: stubOf(key),
    ...spec,
  },
})
const made = (spec: object = {}): PodCertificateRequest => write(podCertificateRequests, request(spec)).object
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

test('a request tells whose certificate it is, for how long, and for which key', () => {
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const oneOf =
    'spec: Invalid value: exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set'
  const cases: [spec: object, errors: string[]][] = [
    [{}, []],
    [{ signerName: '' }, ['spec.signerName: Required value']],
    [
      { podName: 'A', podUID: '', nodeUID: 'x'.repeat(129) },
      [
        `spec.podName: Invalid value: "A": ${subdomain}`,
        'spec.podUID: Invalid value: "": must not be empty',
        'spec.nodeUID: Too long: may not be more than 128 bytes',
      ],
    ],
    [
      { maxExpirationSeconds: 3599 },
      ['spec.maxExpirationSeconds: Invalid value: 3599: must be in the range [3600, 7862400]'],
    ],
    [
      { signerName: 'kubernetes.io/x', maxExpirationSeconds: 86_401 },
      ['spec.maxExpirationSeconds: Invalid value: 86401: must be in the range [3600, 86400]'],
    ],
    [
      { unverifiedUserAnnotations: { 'A.io/b': '', plain: '' } },
      ['spec.unverifiedUserAnnotations: Invalid value: "plain": must be a domain-prefixed key (such as "acme.io/foo")'],
    ],
    [{ stubPKCS10Request: '' }, [oneOf]],
    [{ pkixPublicKey: spki(key) }, [oneOf]],
    [{ stubPKCS10Request: 'AAAA' }, ['spec.stubPKCS10Request: Invalid value: must be a valid PKCS#10 CSR']],
    [
      { stubPKCS10Request: stubOf(ec('secp224r1')) },
      ['spec.stubPKCS10Request: Invalid value: "curve P-224": elliptic public keys must use curve P256, P384, or P521'],
    ],
    [
      { stubPKCS10Request: stubOf(rsa) },
      ['spec.stubPKCS10Request: Invalid value: "2048-bit modulus": RSA keys must have modulus size 3072 or 4096'],
    ],
    [{ stubPKCS10Request: '', pkixPublicKey: spki(key), proofOfPossession: 'AAAA' }, []],
    [
      { stubPKCS10Request: '', pkixPublicKey: 'AAAA', proofOfPossession: 'AAAA' },
      ['spec.pkixPublicKey: Invalid value: "AAAA": must be a valid PKIX-serialized public key'],
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(podCertificateRequests, request(spec)).errors, errors, JSON.stringify(spec))
})

test('a request lives a day at most unless it says otherwise, and does not change', () => {
  const old = made()
  assert.deepEqual([old.spec.maxExpirationSeconds, old.status], [86_400, {}])
  const [error = ''] = write(podCertificateRequests, request({ podName: 'q' }), old).errors
  assert.match(error, /^spec: Invalid value: .*: field is immutable$/)
})

const stamp = (milliseconds: number) => new Date(milliseconds).toISOString().replace('.000', '')
const begin = Date.UTC(2026, 0, 1)
const end = begin + 7_200_000
const condition = (type: string, status: 'True' | 'False' = 'True') => ({
  type,
  status,
  reason: 'R',
  message: '',
  lastTransitionTime: stamp(begin),
})
const chain = (spec: object = {}, of: KeyObject = key) =>
  certificate(
    { subject: { commonName: 'p' }, notBefore: begin, notAfter: end, usage: 'client', ...spec },
    createPublicKey(of),
    { commonName: 'ca' },
    key,
  )
const issued = (more: object = {}) => ({
  conditions: [condition('Issued')],
  certificateChain: chain(),
  notBefore: stamp(begin),
  beginRefreshAt: stamp(begin + 3_600_000),
  notAfter: stamp(end),
  ...more,
})

test('there is one outcome, and the certificate is what was asked for', async () => {
  const old = made({ maxExpirationSeconds: 7200 })
  const path = 'status.certificateChain: Invalid value:'
  const other = await makeKey()
  const cases: [status: object, errors: string[]][] = [
    [issued(), []],
    [{ conditions: [condition('Denied')] }, []],
    [
      { conditions: [condition('Denied'), condition('Failed')] },
      [
        'status.conditions.[1].type: Invalid value: "Failed": There may be at most one condition with type "Issued", "Denied", or "Failed"',
      ],
    ],
    [
      { conditions: [condition('Denied', 'False'), condition('Ready')] },
      [
        'status.conditions.[0].status: Unsupported value: "False": supported values: "True"',
        'status.conditions.[1].type: Unsupported value: "Ready": supported values: "Denied", "Failed", "Issued"',
      ],
    ],
    [
      { conditions: [condition('Failed')], certificateChain: 'x' },
      [
        'status: Invalid value: non-condition status fields must be empty when denying or failing the PodCertificateRequest',
      ],
    ],
    [
      { certificateChain: 'x' },
      ['status: Invalid value: status is immutable unless transitioning to "Issued", "Denied", or "Failed"'],
    ],
    [
      issued({ certificateChain: 'x' }),
      [`${path} "x": issued certificate chain must contain at least one certificate`],
    ],
    [
      issued({ notBefore: undefined, beginRefreshAt: undefined }),
      [
        'status.notBefore: Required value: must be present and consistent with the issued certificate',
        'status.beginRefreshAt: Required value: must be present and in the range [notbefore+10min, notafter-10min]',
      ],
    ],
    [
      issued({ notBefore: stamp(begin + 1000) }),
      [
        'status.notBefore: Invalid value: "2026-01-01T00:00:01Z": must be set to the NotBefore time encoded in the leaf certificate',
      ],
    ],
    [
      issued({ beginRefreshAt: stamp(end) }),
      [
        'status.beginRefreshAt: Invalid value: "2026-01-01T02:00:00Z": must be at least 10 minutes before status.notAfter',
      ],
    ],
    [
      issued({ certificateChain: chain({ notAfter: end + 1000 }), notAfter: stamp(end + 1000) }),
      [`${path} 7201: leaf certificate lifetime must be <= spec.maxExpirationSeconds (7200)`],
    ],
  ]
  for (const [status, errors] of cases) {
    const now = { ...old, status: JSON.parse(JSON.stringify(status)) }
    assert.deepEqual(podRequestStatusRules(now, old).map(describeError), errors, JSON.stringify(status).slice(0, 200))
  }
  const forOther = issued({ certificateChain: chain({ dnsNames: ['.a'] }, other) })
  assert.deepEqual(
    podRequestStatusRules({ ...old, status: forOther }, old).map(({ detail }) => detail),
    [
      "leaf certificate's DNSName should not start or end with '.'",
      'leaf certificate was not issued to the requested public key',
    ],
  )
  const done = { ...old, status: issued() }
  assert.deepEqual(podRequestStatusRules({ ...done, status: {} }, done).map(describeError), [
    'status: Invalid value: immutable after PodCertificateRequest is issued, denied, or failed',
  ])
  assert.equal(cells(podCertificateRequests, done).State, 'Issued')
})
