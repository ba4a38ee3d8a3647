import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createChannel } from '../../net/grpc/channel.ts'
import { issue, makeCa } from '../../net/x509/index.ts'
import { method } from '../../schema/codec/rpc.ts'
import { fields, object, string } from '../../schema/fields.ts'
import type { Type } from '../../schema/types.ts'
import { keyOf } from '../watchers.ts'
import { methods } from './methods.ts'
import { etcdPrograms, missing, startEtcd } from './process.test-tools.ts'
import { openEtcdStore } from './store.ts'

const skip = missing() ?? false
const program = etcdPrograms()[0]?.path ?? ''
const bytes = (text: string) => Buffer.from(text)

/** An authority with certificates of a server on loopback and a client, and the server's as files. */
async function makeCertificates(context: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'caravel-etcd-tls-'))
  context.after(() => rm(directory, { recursive: true }))
  const life = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 }
  const subject = { commonName: 'etcd-ca' }
  const ca = await makeCa({ subject, ...life })
  const issuer = { subject, key: createPrivateKey(ca.key) }
  const of = (commonName: string, usage: 'server' | 'client') =>
    issue({ subject: { commonName }, usage, ...life, addresses: ['127.0.0.1'] }, issuer)
  const [server, client] = await Promise.all([of('etcd', 'server'), of('caravel', 'client')])
  const files = { 'ca.crt': ca.cert, 'server.crt': server.cert, 'server.key': server.key }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)))
  const file = (name: string) => join(directory, name)
  const args = [
    ...['--cert-file', file('server.crt'), '--key-file', file('server.key')],
    ...['--trusted-ca-file', file('ca.crt'), '--client-cert-auth'],
  ]
  return { args, tls: { ca: ca.cert, cert: client.cert, key: client.key } }
}

test('etcd that asks for certificates is spoken to with one, and refuses who has none', { skip }, async context => {
  const { args, tls } = await makeCertificates(context)
  const cluster = await startEtcd(program, 1, args, tls)
  context.after(() => cluster.stop())
  const store = await openEtcdStore({ endpoints: cluster.endpoints, tls })
  await store.put('/a', bytes('1'))
  assert.equal(Buffer.from((await store.get('/a')).item?.value ?? []).toString(), '1')
  await store.close()

  const address = cluster.endpoints[0]?.replace('https://', '') ?? ''
  const another = await makeCa({ subject: { commonName: 'etcd-ca' }, notBefore: 0, notAfter: Date.now() + 3_600_000 })
  const refused: [string, string, object][] = [
    ['nobody', address, { ca: tls.ca }],
    ['one that trusts somebody else', address, { ...tls, ca: another.cert }],
    ['one that asks for another name', address.replace('127.0.0.1', 'localhost'), tls],
  ]
  for (const [who, where, shown] of refused) {
    const channel = createChannel(where, { tls: shown })
    await assert.rejects(channel.unary(methods.range, { key: '/a' }, { timeout: 3000 }), who)
    channel.close()
  }
})

const pair = fields({ first: string(1), second: string(2) })
const Pair: Type<{ first?: string; second?: string }> = object('etcdserverpb.Pair', pair)
const nothing = fields({})
const Nothing: Type<object> = object('etcdserverpb.Nothing', nothing)
const auth = (name: string) => method('etcdserverpb.Auth', name, Pair, Nothing)

test('etcd that asks for a password gets it, and again when it forgot who had given it', { skip }, async context => {
  const cluster = await startEtcd(program)
  context.after(() => cluster.stop())
  const channel = createChannel(cluster.endpoints[0]?.replace('http://', '') ?? '')
  await channel.unary(auth('UserAdd'), { first: 'root', second: 'swordfish' })
  await channel.unary(auth('RoleAdd'), { first: 'root' })
  await channel.unary(auth('UserGrantRole'), { first: 'root', second: 'root' })
  await channel.unary(auth('AuthEnable'), {})
  channel.close()
  const { endpoints } = cluster
  await assert.rejects(openEtcdStore({ endpoints }), /does not answer: .*user name is empty/)
  const store = await openEtcdStore({ endpoints, auth: { username: 'root', password: 'swordfish' } })
  const heard: string[] = []
  const stop = new AbortController()
  await store.watch({
    prefix: '/',
    signal: stop.signal,
    onEvents: events => void heard.push(...events.map(keyOf)),
    onError: error => assert.fail(error),
  })
  await store.put('/a', bytes('1'))
  // Tokens live in a member's memory.
  const [member] = cluster.members
  await member?.kill()
  await member?.start()
  await store.put('/b', bytes('2'))
  while (heard.length < 2) await new Promise(resolve => setTimeout(resolve, 20))
  assert.deepEqual(heard, ['/a', '/b'])
  stop.abort()
  await store.close()
})
