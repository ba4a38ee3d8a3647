import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { leases } from '../api/index.ts'
import { silent } from '../base/log.ts'
import { seededRandom } from '../base/random.ts'
import { aborted } from '../base/signals.ts'
import { createVirtualClock } from '../base/virtualClock.ts'
import { startCluster } from '../testing/cluster.ts'
import { type Client, createClient } from './client.ts'
import { createEventRecorder } from './events.ts'
import { runElected } from './leaderElection.ts'

const namespace = 'kube-system'
const name = 'kube-scheduler'
const second = 1000

/** A cluster, and candidates for one lease in it, on a clock that is moved by hand. */
async function start(context: TestContext) {
  const clock = createVirtualClock(Date.UTC(2030, 0, 1))
  const cluster = await startCluster({ clock, nodes: 0, controllers: [], scheduler: false })
  context.after(() => cluster.stop())
  const random = seededRandom(1)
  /** Who leads, and when that changed. */
  const history: string[] = []
  const leading = new Set<string>()
  const begun = clock.now()
  const at = () => Math.round((clock.now() - begun) / second)
  const candidate = (identity: string) => {
    const stop = new AbortController()
    let cut = false
    const { transport } = cluster.client
    const client: Client = createClient({
      ...transport,
      request: request => (cut ? Promise.reject(new Error('the network is down')) : transport.request(request)),
    })
    const events = createEventRecorder({ client, clock, log: silent, component: name })
    const ended = runElected(
      { client, clock, log: silent, random, signal: stop.signal, events },
      { name, namespace, identity },
      async signal => {
        leading.add(identity)
        assert.equal(leading.size, 1, `${[...leading].join(' and ')} lead at once`)
        history.push(`${at()} ${identity}`)
        await aborted(signal)
        leading.delete(identity)
        history.push(`${at()} not ${identity}`)
      },
    )
    const end = async () => {
      stop.abort()
      await ended
    }
    context.after(end)
    const setCut = (now: boolean) => {
      cut = now
    }
    return { end, cut: setCut }
  }
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) await clock.advance(second)
  }
  return { cluster, clock, history, candidate, pass }
}

test('one candidate leads; when it ends it lets go, and another one leads at its next try', async context => {
  const { cluster, history, candidate, pass } = await start(context)
  const a = candidate('a')
  await pass(1)
  const b = candidate('b')
  await pass(60)
  assert.deepEqual(history, ['0 a'])
  const { spec } = await cluster.client.of(leases).get(name, { namespace })
  assert.deepEqual([spec.holderIdentity, spec.leaseDurationSeconds, spec.leaseTransitions], ['a', 15, 0])
  assert.equal(spec.acquireTime, '2030-01-01T00:00:00.000000Z')
  assert.match(spec.renewTime ?? '', /^2030-01-01T00:01:0/)
  await a.end()
  await pass(5)
  assert.equal(history.at(-1)?.split(' ')[1], 'b')
  const after = (await cluster.client.of(leases).get(name, { namespace })).spec
  assert.deepEqual([after.holderIdentity, after.leaseTransitions], ['b', 1])
  await b.end()
  assert.equal((await cluster.client.of(leases).get(name, { namespace })).spec.holderIdentity ?? '', '')
})

test('a leader that cannot renew gives up before another one may begin, and is a candidate again', async context => {
  const { history, candidate, pass } = await start(context)
  const a = candidate('a')
  await pass(1)
  candidate('b')
  await pass(20)
  a.cut(true)
  await pass(30)
  const [first, lost, next] = history.map(entry => entry.split(' '))
  assert.equal(first?.[1], 'a')
  assert.deepEqual(lost?.slice(1), ['not', 'a'])
  assert.equal(next?.[1], 'b')
  const lostAt = Number(lost?.[0])
  assert.ok(lostAt >= 29 && lostAt <= 32, `given up at ${lostAt}`)
  assert.ok(Number(next?.[0]) >= lostAt + 2, `taken over at ${next?.[0]}`)
  a.cut(false)
  await pass(30)
  assert.equal(history.length, 3)
})

test('a lease that somebody else renews is left alone, whatever their clock says; then it is taken', async context => {
  const { cluster, history, candidate, pass } = await start(context)
  const requests = cluster.client.of(leases)
  let version: { resourceVersion?: string } = {}
  const renew = async (renewTime: string) => {
    const spec = { holderIdentity: 'upstream', leaseDurationSeconds: 15, renewTime, leaseTransitions: 4 }
    const { metadata } = await requests.update({ metadata: { name, namespace, ...version }, spec })
    version = metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}
  }
  await renew('2001-01-01T00:00:00.000000Z')
  candidate('a')
  for (let i = 1; i < 6; i++) {
    await pass(10)
    await renew(`2001-01-01T00:00:0${i}.000000Z`)
  }
  assert.equal(history.length, 0)
  await pass(14)
  assert.equal(history.length, 0)
  await pass(8)
  assert.equal(history[0]?.split(' ')[1], 'a')
  assert.equal((await requests.get(name, { namespace })).spec.leaseTransitions, 5)
})
