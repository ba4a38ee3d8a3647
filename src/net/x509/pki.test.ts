import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import {
  certificateRequest,
  directoryStore,
  isSignedBy,
  makeKey,
  memoryStore,
  nodeLeaf,
  openPki,
  parseCertificate,
  parseCertificateRequest,
  wellKnownClients,
} from './index.ts'

const nowhere = { dnsNames: [], addresses: [] }
const temporary = () => mkdtempSync(join(tmpdir(), 'caravel-pki-'))

test('the PKI is made at first start and used again at the next', async () => {
  const directory = temporary()
  try {
    const open = () =>
      openPki({
        files: directoryStore(directory),
        clock: systemClock,
        serving: { dnsNames: [], addresses: ['10.96.0.1'] },
      })
    const first = await open()
    const serving = await first.serving()
    const admin = await first.leaf('admin', wellKnownClients.admin)
    assert.deepEqual(parseCertificate(admin.cert).subject, {
      commonName: 'kubernetes-admin',
      organizations: ['system:masters'],
    })
    assert.deepEqual(parseCertificate(serving.cert).addresses, ['127.0.0.1', '10.96.0.1'])
    assert.ok(isSignedBy(serving.cert, first.ca.cert))
    assert.ok(!isSignedBy(serving.cert, first.frontProxyCa.cert))
    const second = await open()
    assert.deepEqual([second.ca, await second.serving()], [first.ca, serving])
    for (const file of readdirSync(directory)) assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600, file)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('openssl takes the certificates for what they are', async t => {
  try {
    execFileSync('openssl', ['version'])
  } catch {
    return t.skip('openssl is not installed')
  }
  const directory = temporary()
  try {
    const pki = await openPki({
      files: directoryStore(directory),
      clock: systemClock,
      serving: { dnsNames: ['caravel.example'], addresses: ['10.96.0.1', 'fd00::1'] },
    })
    await pki.serving()
    await pki.leaf('node', nodeLeaf('worker-1', ['192.0.2.7']))
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, encoding: 'utf8' })
    assert.match(openssl('verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'ca.crt', 'apiserver.crt'), /OK/)
    assert.match(openssl('verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', 'ca.crt', 'node.crt'), /OK/)
    const text = openssl('x509', '-in', 'apiserver.crt', '-noout', '-text')
    assert.match(text, /DNS:kubernetes\.default\.svc\.cluster\.local, DNS:localhost, DNS:caravel\.example/)
    assert.match(text, /IP Address:127\.0\.0\.1, IP Address:10\.96\.0\.1, IP Address:FD00:0:0:0:0:0:0:1/)
    assert.match(text, /Digital Signature, Key Encipherment/)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a leaf near its end is renewed, an authority is signed again over the same key', async () => {
  const clock = createVirtualClock(Date.UTC(2030, 0, 1))
  const files = memoryStore()
  const pki = await openPki({ files, clock, serving: nowhere })
  const before = await pki.serving()
  await clock.advance(200 * 24 * 3600_000)
  assert.equal((await pki.serving()).cert, before.cert)
  await clock.advance(120 * 24 * 3600_000)
  const after = await pki.serving()
  assert.notEqual(after.cert, before.cert)
  await clock.advance(9 * 365 * 24 * 3600_000)
  const later = await openPki({ files, clock, serving: nowhere })
  assert.notEqual(later.ca.cert, pki.ca.cert)
  assert.equal(later.ca.key, pki.ca.key)
  assert.ok(isSignedBy(after.cert, later.ca.cert))
})

test('the serving certificate follows the addresses', async () => {
  const pki = await openPki({ files: memoryStore(), clock: systemClock, serving: nowhere })
  assert.equal(await pki.cover(nowhere), false)
  assert.equal(await pki.cover({ dnsNames: [], addresses: ['192.0.2.1'] }), true)
  assert.deepEqual(parseCertificate((await pki.serving()).cert).addresses, ['127.0.0.1', '192.0.2.1'])
})

test('a broken leaf is made anew, a broken authority is refused by name', async () => {
  const directory = temporary()
  try {
    const open = () => openPki({ files: directoryStore(directory), clock: systemClock, serving: nowhere })
    await (await open()).serving()
    writeFileSync(join(directory, 'apiserver.crt'), 'rubbish')
    assert.match((await (await open()).serving()).cert, /BEGIN CERTIFICATE/)
    writeFileSync(join(directory, 'ca.key'), 'rubbish')
    await assert.rejects(open, /ca\.key holds no private key/)
    rmSync(join(directory, 'ca.key'))
    await assert.rejects(open, /ca\.key is missing/)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a signing request carries its subject and proves its key', async () => {
  const key = await makeKey()
  const subject = { commonName: 'system:node:worker-1', organizations: ['system:nodes'] }
  const text = certificateRequest(subject, key)
  const read = parseCertificateRequest(text)
  assert.deepEqual(read.subject, subject)
  assert.ok(read.publicKey.equals(createPublicKey(key)))
  const pki = await openPki({ files: memoryStore(), clock: systemClock, serving: nowhere })
  const signed = pki.signKey({ subject, usage: 'client' }, read.publicKey)
  assert.ok(isSignedBy(signed, pki.ca.cert))
  const bytes = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64')
  bytes[40] = (bytes[40] ?? 0) ^ 1
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
  assert.throws(() => parseCertificateRequest(forged))
})
