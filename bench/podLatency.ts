/** Creates pods one by one on the cluster of a data directory; prints how many milliseconds each took to run, as JSON. */
import { join } from 'node:path'
import { pods, serviceAccounts } from '../src/api/index.ts'
import { administratorClient, readAdministrator } from '../src/main/cluster.ts'
import { eventually } from '../src/testing/eventually.ts'

const count = 20
const namespace = 'default'
const found = await readAdministrator(join(process.argv[2] ?? '', 'admin.kubeconfig'))
if (!found) throw new Error('no cluster has this data directory')
const client = administratorClient(found)
const of = client.of(pods)
await eventually(() => client.of(serviceAccounts).get('default', { namespace }))

const running = new Map<string, () => void>()
const ends = new AbortController()
const { metadata } = await of.list({ namespace })
const watch = await of.watch(
  {
    namespace,
    signal: ends.signal,
    ...(metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}),
  },
  ({ object }) => {
    if (object.status?.phase === 'Running') running.get(object.metadata.name ?? '')?.()
  },
)
const took: number[] = []
// The first one warms up.
for (let i = 0; i <= count; i++) {
  const name = `pod-${i}`
  const { promise, resolve } = Promise.withResolvers<void>()
  running.set(name, resolve)
  const begun = performance.now()
  await of.create({
    metadata: { name, namespace },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'c', image: 'busybox', imagePullPolicy: 'IfNotPresent', command: ['sleep', '100000'] }],
    },
  })
  await promise
  if (i > 0) took.push(performance.now() - begun)
}
ends.abort()
await watch.ended
for (let i = 0; i <= count; i++) await of.delete(`pod-${i}`, { namespace, gracePeriodSeconds: 0 })
await client.transport.close()
console.log(JSON.stringify(took))
