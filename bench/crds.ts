import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import type { JSONSchemaProps } from '../src/api/index.ts'
import { httpsTransport } from '../src/client/https.ts'
import type { Transport } from '../src/client/transport.ts'
import { startServer } from '../test/e2e/server.ts'
import { residentMemory } from './process.ts'
import { quantile, report } from './report.ts'

/** What hundreds of definitions cost a control plane that nobody asks for their objects: memory, and other requests. */
const count = 500
const reads = 2000

/** A schema as operators have them: some 60 fields in a few levels, with texts, patterns, defaults and lists. */
function schemaOf(seed: number): JSONSchemaProps {
  const leaf = (index: number): JSONSchemaProps => ({
    type: index % 3 === 0 ? 'integer' : 'string',
    description: `Field ${index} of definition ${seed}, which says in a sentence what it is good for and when it is set.`,
    ...(index % 3 === 0 ? { minimum: 0, default: index } : { maxLength: 253, pattern: '^[a-z0-9.-]*$' }),
  })
  const level = (depth: number): JSONSchemaProps => ({
    type: 'object',
    description: `Level ${depth}.`,
    properties: {
      ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`field${index}`, leaf(index)])),
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      items: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, value: leaf(1) } },
      },
      ...(depth > 0 ? { inner: level(depth - 1) } : {}),
    },
  })
  return { type: 'object', properties: { spec: level(3), status: level(0) } }
}

const definition = (index: number) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.g${index}.example.com` },
  spec: {
    group: `g${index}.example.com`,
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: schemaOf(index) },
      },
    ],
  },
})

function transportOf(kubeconfig: string): Transport {
  const config = parse(kubeconfig) as {
    clusters: { cluster: { server: string; 'certificate-authority-data': string } }[]
    users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[]
  }
  const text = (data: string | undefined) => Buffer.from(data ?? '', 'base64').toString()
  const cluster = config.clusters[0]?.cluster
  const user = config.users[0]?.user
  return httpsTransport({
    server: cluster?.server ?? '',
    ca: text(cluster?.['certificate-authority-data']),
    cert: text(user?.['client-certificate-data']),
    key: text(user?.['client-key-data']),
  })
}

/** Milliseconds of GETs of one ConfigMap, one after the other. */
async function latencies(transport: Transport): Promise<number[]> {
  const took: number[] = []
  for (let index = 0; index < reads; index++) {
    const begun = performance.now()
    await transport.request({ method: 'GET', path: '/api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt' })
    took.push(performance.now() - begun)
  }
  return took
}

if (process.platform !== 'linux') console.log('crds: needs /proc')
else {
  const server = await startServer()
  const transport = transportOf(server.kubeconfig)
  try {
    await sleep(10_000)
    await latencies(transport)
    const before = await latencies(transport)
    await sleep(20_000)
    const memory = residentMemory(server.pid)
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    const begun = performance.now()
    for (let index = 0; index < count; index++) {
      await transport.request({ method: 'POST', path, object: definition(index) })
    }
    const last = `/apis/g${count - 1}.example.com/v1/things`
    for (;;) {
      const served = await transport.request({ method: 'GET', path: last }).then(
        () => true,
        () => false,
      )
      if (served) break
      await sleep(5)
    }
    const made = (performance.now() - begun) / 1000
    const after = await latencies(transport)
    await sleep(30_000)
    const grown = residentMemory(server.pid) - memory
    const bytes = Buffer.byteLength(JSON.stringify(definition(0)))
    report(`crds: ${count} definitions of ${Math.round(bytes / 1024)} KiB: resident memory`, grown, 'MB', {
      atMost: 100,
    })
    report('crds: each', grown / count, 'MB', { atMost: 0.2 })
    report('crds: all made, established and served', made, 's')
    report('crds: GET of a ConfigMap before, median', quantile(before, 0.5), 'ms')
    report('crds: GET of a ConfigMap after, median', quantile(after, 0.5), 'ms', {
      atMost: quantile(before, 0.5) * 1.2,
    })
    const discovery = performance.now()
    await transport.request({ method: 'GET', path: '/apis' })
    report('crds: discovery of all groups', performance.now() - discovery, 'ms')
    const openapi = performance.now()
    await transport.request({ method: 'GET', path: '/openapi/v3' })
    report('crds: index of OpenAPI v3', performance.now() - openapi, 'ms')
    report('crds: resident memory after both', residentMemory(server.pid) - memory, 'MB')
  } finally {
    await transport.close()
    await server.stop()
  }
}
