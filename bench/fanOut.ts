import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { configMaps } from '../src/api/index.ts'
import { administratorClient, readAdministrator } from '../src/main/cluster.ts'
import type { ServerProcess } from '../test/e2e/server.ts'
import type { Told, Watching } from './watchers.ts'

export const watchers = 200
export const updates = 500
const namespace = 'default'
const path = `/api/v1/namespaces/${namespace}/configmaps?watch=1`
const now = () => performance.timeOrigin + performance.now()

export interface FannedOut {
  /** Events that arrived, all watchers together. */
  readonly perSecond: number
  /** From the sending of an update to its arrival at a watcher, for each event. */
  readonly milliseconds: readonly number[]
}

/**
 * 200 watchers of a kind, 500 updates of one of its objects, one after the other as fast as they are acknowledged, over
 * HTTPS and HTTP/2; writer, watchers and server are three processes. `name`: of the object that is made for it.
 */
export async function fanOut(
  server: ServerProcess,
  token: string,
  connections: number,
  name: string,
): Promise<FannedOut> {
  const found = await readAdministrator(join(server.dataDir, 'admin.kubeconfig'))
  if (!found) throw new Error(`${server.dataDir} has no admin.kubeconfig`)
  const client = administratorClient(found)
  const of = client.of(configMaps)
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
    const [told] = await ended
    if (!('done' in told)) throw new Error('the watchers did not tell of their end')
    return {
      perSecond: (watchers * updates) / ((told.lastAt - begun) / 1000),
      milliseconds: told.milliseconds,
    }
  } finally {
    child.kill()
    await client.transport.close()
  }
}
