import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCa } from '../../net/x509/index.ts'
import { parsePem } from '../authn/index.ts'
import { type Trust, trustData } from './trust.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const hour = 3_600_000
const authority = async (commonName: string, notAfter = now + hour) =>
  (await makeCa({ subject: { commonName }, notBefore: now - 2 * hour, notAfter })).cert

const trust = (clientCa: string, proxyCa: string, names: readonly string[] = ['front-proxy-client']): Trust => ({
  clientCa: () => clientCa,
  requestHeader: {
    ca: () => proxyCa,
    names,
    userHeaders: ['X-Remote-User'],
    uidHeaders: ['X-Remote-Uid'],
    groupHeaders: ['X-Remote-Group'],
    extraPrefixes: ['X-Remote-Extra-'],
  },
})
const subjects = (pem: string | undefined) => parsePem(pem ?? '').map(({ subject }) => subject)

test('whom to believe is said in the words that API servers read', async () => {
  const [clients, proxies] = [await authority('clients'), await authority('proxies')]
  const data = trustData(trust(clients, proxies), {}, now)
  assert.deepEqual(data, {
    'client-ca-file': clients,
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-client-ca-file': proxies,
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-uid-headers': '["X-Remote-Uid"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  })
  assert.deepEqual(trustData(trust(clients, proxies), data, now), data)
})

test('what other servers said stays, but for authorities that are over', async () => {
  const [mine, others, over] = [await authority('mine'), await authority('others'), await authority('over', now - hour)]
  const before = trustData(trust(`${over}${others}`, others, ['aggregator']), {}, now - 2 * hour)
  const data = trustData(trust(mine, mine), before, now)
  assert.deepEqual(subjects(data['client-ca-file']), ['CN=others', 'CN=mine'])
  assert.equal(data['requestheader-allowed-names'], '["aggregator","front-proxy-client"]')
})

test('without front proxies only the authorities of clients are told', async () => {
  const clients = await authority('clients')
  assert.deepEqual(trustData(trust(clients, ''), {}, now), { 'client-ca-file': clients })
})
