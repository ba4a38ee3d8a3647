import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { configMaps } from '../src/api/index.ts'
import type { Client } from '../src/client/client.ts'
import { type ServerProcess, startServer } from '../test/e2e/server.ts'
import { administrator } from './load.ts'
import { type Goal, quantile, report } from './report.ts'
import type { Told, Watching } from './watchers.ts'

/**
 * 200 watchers of a kind, 500 updates of one of its objects, one after the other as fast as they are acknowledged, over
 * HTTPS and HTTP/2; writer, watchers and server are three processes. The delay of an event is from the sending of the
 * update to its arrival at a watcher. The goals are an upstream control plane's figures on a machine of two cores.
 */
const watchers = 200
const updates = 500
const namespace = 'default'
const path = `/api/v1/namespaces/${namespace}/configmaps?watch=1`
const now = () => performance.timeOrigin + performance.now()

async function fanOut(server: ServerProcess, client: Client, token: string, connections: number, round: number) {
  const of = client.of(configMaps)
  const name = `watched-${connections}-${round}`
  const value = (i: number) => ({
    metadata: { name, namespace },
    data: { sent: String(now()), value: 'v'.repeat(400 + (i % 9)) },
  })
  await of.create(value(0))
  const { metadata } = await of.get(name, { namespace })
  const child = fork(join(import.meta.dirname, 'watchers.ts'))
  try {
    const asked: Watching = {
      ...{ url: server.url, token, watchers, connections, events: updates },
      path: `${path}&resourceVersion=${metadata.resourceVersion}`,
    }
    child.send(asked)
    await once(child, 'message')
    const ended = once(child, 'message') as Promise<[Told]>
    const begun = now()
    for (let i = 1; i <= updates; i++) await of.update(value(i))
    const written = now()
    const [told] = await ended
    if (!('done' in told)) throw new Error('the watchers did not tell of their end')
    return {
      perSecond: (watchers * updates) / ((told.lastAt - begun) / 1000),
      updates: updates / ((written - begun) / 1000),
      told,
    }
  } finally {
    child.kill()
  }
}

const server = await startServer()
try {
  const { client, token } = await administrator(server)
  for (const [connections, goals] of [
    [10, { rate: { atLeast: 43_000 }, late: { atMost: 14 } }],
    [watchers, {}],
  ] as [number, { rate?: Goal; late?: Goal }][]) {
    await fanOut(server, client, token, connections, 0)
    const { perSecond, told } = await fanOut(server, client, token, connections, 1)
    const what = `${updates} updates to ${watchers} watchers on ${connections} connections`
    report(what, perSecond, 'events/s', goals.rate)
    report(`${what}, p99`, quantile(told.milliseconds, 0.99), 'ms', goals.late)
  }
  await client.transport.close()
} finally {
  await server.stop()
}
