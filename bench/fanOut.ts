import { fork } from 'node:child_process'
import { once } from 'node:events'
import { type ClientHttp2Session, connect } from 'node:http2'
import { join } from 'node:path'
import { configMaps } from '../src/api/index.ts'
import { administratorClient, readAdministrator } from '../src/main/cluster.ts'
import type { ServerProcess } from '../test/e2e/server.ts'
import type { Told, Watching } from './watchers.ts'

export const watchers = 200
export const updates = 500
const namespace = 'default'
const path = `/api/v1/namespaces/${namespace}/configmaps`
const now = () => performance.timeOrigin + performance.now()

export interface FannedOut {
  /** Events that arrived, all watchers together. */
  readonly perSecond: number
  /** From the sending of an update to its arrival at a watcher, for each event. */
  readonly milliseconds: readonly number[]
  /** HTTP/2 frames in which they came. */
  readonly frames: number
}

/**
 * 200 watchers of a kind, 500 updates of one of its objects, one after the other as fast as they are acknowledged, over
 * HTTPS and HTTP/2; writer, watchers and server are three processes. `name`: what the names of the objects made for it
 * begin with. `writers`: so many objects are updated side by side; of one alone the events come no faster than one
 * durable write after the other.
 */
export async function fanOut(
  server: ServerProcess,
  token: string,
  connections: number,
  name: string,
  writers = 1,
): Promise<FannedOut> {
  const found = await readAdministrator(join(server.dataDir, 'admin.kubeconfig'))
  if (!found) throw new Error(`${server.dataDir} has no admin.kubeconfig`)
  const client = administratorClient(found)
  const of = client.of(configMaps)
  const value = (i: number, writer: number) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${name}-${writer}`, namespace } },
    data: { sent: String(now()), value: 'v'.repeat(400 + (i % 9)) },
  })
  for (let writer = 0; writer < writers; writer++) await of.create(value(0, writer))
  const { metadata } = await of.get(`${name}-${writers - 1}`, { namespace })
  await client.transport.close()
  const session = connect(server.url, { rejectUnauthorized: false })
  const child = fork(join(import.meta.dirname, 'watchers.ts'))
  try {
    const asked: Watching = {
      ...{ url: server.url, token, watchers, connections, events: updates },
      path: `${path}?watch=1&resourceVersion=${metadata.resourceVersion}`,
    }
    child.send(asked)
    await once(child, 'message')
    const ended = once(child, 'message') as Promise<[Told]>
    const begun = now()
    let sent = 0
    const write = async (writer: number) => {
      while (sent++ < updates) await put(session, `${path}/${name}-${writer}`, token, value(sent, writer))
    }
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
    const [told] = await ended
    if (!('done' in told)) throw new Error('the watchers did not tell of their end')
    return {
      perSecond: (watchers * updates) / ((told.lastAt - begun) / 1000),
      milliseconds: told.milliseconds,
      frames: told.frames,
    }
  } finally {
    child.kill()
    session.destroy()
  }
}

/** One PUT, with as little around it as can be: the writer shares the machine with the server, too. */
function put(session: ClientHttp2Session, path: string, token: string, object: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ...{ ':method': 'PUT', ':path': path, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
    stream.on('response', ({ ':status': status }) => {
      if (status !== 200) reject(new Error(`an update is answered with ${status}`))
    })
    stream.on('error', reject).on('end', resolve).resume()
    stream.end(JSON.stringify(object))
  })
}
