import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { certificateSigningRequests, nodes, services } from '../../api/index.ts'
import { is } from '../../api/meta/statusError.ts'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { createClient } from '../../client/client.ts'
import { httpsTransport } from '../../client/https.ts'
import { parseCertificate } from '../../net/x509/index.ts'
import { administratorClient, clusterFiles, readAdministrator } from '../cluster.ts'
import { runServer } from '../server.ts'
import { obtainCertificates } from './certificates.ts'
import { authorityOf, findTrust, parseJoinToken } from './trust.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'caravel-join-'))
const files = clusterFiles(dataDir)
const stopping = new AbortController()
const deps = { clock: systemClock, log: silent, signal: stopping.signal }
let server = ''
let done: Promise<void>

before(async () => {
  const running = await runServer(
    {
      ...{ dataDir, bindAddress: '127.0.0.1', port: 0, store: 'memory', simulatedNodes: 0 },
      ...{ serviceCidr: '10.96.0.0/12', clusterCidr: '10.244.0.0/16' },
    },
    deps,
  )
  server = running.url
  done = running.done
})
after(async () => {
  stopping.abort()
  await done
  rmSync(dataDir, { recursive: true })
})

test('a node joins with nothing but the token, and is known by its certificates', async () => {
  const text = readFileSync(files.agentToken, 'utf8')
  const trust = await findTrust({ server, token: text }, deps)
  assert.equal(trust.ca, readFileSync(files.ca, 'utf8'))
  const options = { server, ...trust, nodeName: 'n1', directory: join(dataDir, 'n1') }
  const certificates = await obtainCertificates(options, deps)

  const said = (pem: string) => {
    const { subject, dnsNames } = parseCertificate(pem)
    return [subject.commonName, subject.organizations, dnsNames]
  }
  assert.deepEqual(said(certificates.client.cert), ['system:node:n1', ['system:nodes'], []])
  assert.deepEqual(said(certificates.serving.cert), ['system:node:n1', ['system:nodes'], ['n1']])
  const ends = Date.parse(new X509Certificate(certificates.client.cert).validTo)
  assert.ok(certificates.renewAt > Date.now() && certificates.renewAt < ends)

  const transport = httpsTransport({ server, ca: trust.ca, ...certificates.client })
  const client = createClient(transport)
  try {
    const made = await client.of(nodes).create({ metadata: { name: 'n1' } })
    assert.equal(made.metadata.name, 'n1')
    assert.equal((await client.of(services).get('kubernetes', { namespace: 'default' })).spec.clusterIP, '10.96.0.1')
    await assert.rejects(client.of(nodes).create({ metadata: { name: 'n2' } }), error => is(error, 'Forbidden'))
  } finally {
    await transport.close()
  }
  // A second start finds them, without asking anybody.
  const token = () => Promise.reject(new Error('the token is not needed'))
  assert.deepEqual(await obtainCertificates({ ...options, token }, deps), certificates)
})

test('certificates that are broken, of another node or of another authority are asked for anew', async () => {
  const trust = await findTrust({ server, tokenFile: files.agentToken, caFile: files.ca }, deps)
  const options = { server, ...trust, nodeName: 'n3', directory: join(dataDir, 'n3') }
  const first = await obtainCertificates(options, deps)
  writeFileSync(join(options.directory, 'serving.crt'), 'no certificate')
  const second = await obtainCertificates(options, deps)
  assert.deepEqual(second.client, first.client)
  assert.notEqual(second.serving.cert, first.serving.cert)
  const renamed = await obtainCertificates({ ...options, nodeName: 'n4' }, deps)
  assert.equal(parseCertificate(renamed.client.cert).subject.commonName, 'system:node:n4')

  const administrator = await readAdministrator(files.kubeconfig)
  assert.ok(administrator)
  const client = administratorClient(administrator)
  const asked = (await client.of(certificateSigningRequests).list()).items.filter(each => each.status.certificate)
  await client.transport.close()
  assert.ok(asked.length >= 5)
})

test('a server with another authority is not believed', async () => {
  await assert.rejects(authorityOf(server, 'f'.repeat(64)), /is not the server this token is for/)
})

test('a token is one of the server or a plain bootstrap token', () => {
  const hash = '0'.repeat(64)
  assert.deepEqual(parseJoinToken(`${hash}.abcdef.0123456789abcdef\n`), {
    caHash: hash,
    bootstrap: 'abcdef.0123456789abcdef',
  })
  assert.deepEqual(parseJoinToken('abcdef.0123456789abcdef'), { bootstrap: 'abcdef.0123456789abcdef' })
  for (const text of ['', 'abc', `${hash}.abcdef`, 'abcdef.0123456789ABCDEF', `x${hash}.abcdef.0123456789abcdef`])
    assert.throws(() => parseJoinToken(text), /the token is none of this form/)
})

test('without anything to join with, the agent says what to give', async () => {
  await assert.rejects(findTrust({ server }, deps), /give --token or --token-file/)
  await assert.rejects(findTrust({ server, token: 'abcdef.0123456789abcdef' }, deps), /give --ca-file/)
})
