import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { type PodCertificateRequest, podCertificateRequests } from '../../../api/index.ts'
import { createVirtualClock } from '../../../base/virtualClock.ts'
import { certificateRequest, makeKey } from '../../../net/x509/index.ts'
import { write } from '../../objects.test-suite.ts'
import { podCertificateRequest } from './podCertificateRequest.ts'

const now = Date.UTC(2026, 0, 1)
const plugin = (allowed: string) =>
  podCertificateRequest({
    clock: createVirtualClock(now),
    authorization: {
      authorize: async ({ name }) => ({ decision: name === allowed ? 'allow' : 'none', reason: '' }),
    } as Parameters<typeof podCertificateRequest>[0]['authorization'],
  })
const request = (spec: object, status: object = {}) =>
  ({
    metadata: { name: 'r', namespace: 'n' },
    spec: { signerName: 'a.io/s', podUID: 'u', ...spec },
    status,
  }) as never as PodCertificateRequest
const der = (pem: string) => pem.replace(/-----.*-----|\n/g, '')
const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64')
const errorOf = async (operation: Promise<void> | void | undefined): Promise<string> => {
  try {
    await operation
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test('whoever asks for the certificate of a pod holds the key', async () => {
  const key = await makeKey()
  const stub = der(certificateRequest({ commonName: '' }, key))
  const bytes = Buffer.from(stub, 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  const proof = (pair: { publicKey: KeyObject; privateKey: KeyObject }, hash: string | null, text: string) => ({
    pkixPublicKey: spki(pair.publicKey),
    proofOfPossession: sign(hash, Buffer.from(text), pair.privateKey).toString('base64'),
  })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const ed = generateKeyPairSync('ed25519')
  const cases: [spec: object, told: string][] = [
    [{ stubPKCS10Request: stub }, ''],
    [{ stubPKCS10Request: bytes.toString('base64') }, 'spec.stubPKCS10Request: Invalid value: invalid signature'],
    [proof(ec, 'sha256', 'u'), ''],
    [proof(ed, null, 'u'), ''],
    [proof(ed, null, 'other'), 'spec.proofOfPossession: Invalid value: could not verify proof-of-possession signature'],
  ]
  for (const [spec, told] of cases) {
    const text = await errorOf(
      plugin('').validate?.(write('CREATE', podCertificateRequests, { object: request(spec) })),
    )
    assert.ok(told ? text.includes(told) : text === '', text)
  }
})

test('only who may sign for the signer says what came of a request, and the certificate is new', async () => {
  const old = request({})
  const update = (allowed: string, status: object) =>
    errorOf(
      plugin(allowed).validate?.(
        write('UPDATE', podCertificateRequests, { subresource: 'status', object: request({}, status), old }),
      ),
    )
  const status = { notBefore: '2026-01-01T00:00:00Z' }
  assert.equal(await update('a.io/s', status), '')
  assert.equal(await update('a.io/*', status), '')
  assert.equal(await update('', {}), '')
  assert.match(await update('b.io/s', status), /is not permitted to "sign" for signer "a.io\/s"/)
  assert.match(
    await update('a.io/s', { notBefore: '2026-01-01T00:05:00Z' }),
    /must be set to within 5 minutes of kube-apiserver's current time/,
  )
})
