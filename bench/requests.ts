import { configMaps } from '../src/api/index.ts'
import { startServer } from '../test/e2e/server.ts'
import { administrator, type Load, load } from './load.ts'
import { report } from './report.ts'

/**
 * Requests over HTTPS and HTTP/2, from another process, by a service account with a token, to a server with the file
 * store: authentication, authorization, admission, validation and a durable write are in it. The goals are what an
 * upstream control plane (etcd 3.5, one API server) did on a machine of two cores.
 */
const path = '/api/v1/namespaces/default/configmaps'
const configMap = (metadata: object) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: 'v'.repeat(400) } })

const server = await startServer()
try {
  const { client, token } = await administrator(server)
  const best = async (asked: Load) => {
    // The first run warms up; of the others the best is the least disturbed.
    const runs = [await load(server, token, asked), await load(server, token, asked), await load(server, token, asked)]
    return runs.slice(1).reduce((a, b) => (a.perSecond > b.perSecond ? a : b))
  }
  await load(server, token, { path, body: configMap({ generateName: 'c-', labels: { bench: 'yes' } }), requests: 1000 })
  const list = await best({ path, requests: 600, connections: 4, streams: 1 })
  const { items } = await client.of(configMaps).list({ namespace: 'default', labelSelector: 'bench' })
  const name = items[0]?.metadata.name ?? ''
  const get = await best({ path: `${path}/${name}`, requests: 20_000 })
  const create = await best({ path, body: configMap({ generateName: 'd-' }), requests: 10_000 })
  await client.transport.close()
  report('GET of a ConfigMap of 400 bytes', get.perSecond, '/s', { atLeast: 4990 })
  report('create of a ConfigMap of 400 bytes', create.perSecond, '/s', { atLeast: 2440 })
  report('LIST of 1000 ConfigMaps', list.perSecond, '/s', { atLeast: 199 })
  report('LIST of 1000 ConfigMaps', list.megabytesPerSecond, 'MB/s', { atLeast: 122 })
} finally {
  await server.stop()
}
