import { isTrue } from '../../api/apiextensions/conditions.ts'
import type { JSONSchemaProps } from '../../api/apiextensions/jsonSchemaProps.ts'
import { type CustomResourceDefinition, customResourceDefinitions } from '../../api/index.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { WatchEvent } from '../../client/transport.ts'
import { type Cluster, type ClusterOptions, startCluster } from '../../testing/cluster.ts'
import { eventually } from '../../testing/eventually.ts'

/** What was answered: status and object, or the words of the refusal. */
export interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all kinds
  readonly object: any
  readonly warnings: readonly string[]
}

/** A cluster without nodes and controllers, asked by method and path. */
export interface Served {
  readonly cluster: Cluster
  ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    object?: unknown,
    type?: string,
  ): Promise<Answered>
  /** Makes or replaces a definition, and waits until it is established. */
  define(definition: object): Promise<CustomResourceDefinition>
  watch(path: string, signal: AbortSignal): Promise<{ readonly events: WatchEvent[]; readonly ended: Promise<void> }>
  stop(): Promise<void>
}

const admin: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }

export async function startServed(options: ClusterOptions = {}): Promise<Served> {
  const cluster = await startCluster({ nodes: 0, scheduler: false, controllers: [], ...options })
  const transport = cluster.connect(admin)
  const definitions = cluster.client.of(customResourceDefinitions)
  const ask: Served['ask'] = async (method, path, object, type) => {
    try {
      const request = { method, path, ...(object === undefined ? {} : { object }) }
      const headers = type ? { headers: { 'content-type': `application/${type}` } } : {}
      return await transport.request({ ...request, ...headers })
    } catch (error) {
      const { body } = error as { body?: { code?: number } }
      if (!body) throw error
      return { status: body.code ?? 500, object: body, warnings: [] }
    }
  }
  return {
    cluster,
    ask,
    async define(definition) {
      const { metadata } = definition as { metadata: { name: string } }
      const { status, object } = await ask(
        'POST',
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        definition,
      )
      if (status !== 201) throw new Error(`defining ${metadata.name}: ${JSON.stringify(object)}`)
      return eventually(async () => {
        const found = await definitions.get(metadata.name)
        return isTrue(found, 'Established') ? found : undefined
      })
    },
    async watch(path, signal) {
      const events: WatchEvent[] = []
      const { ended } = await transport.watch({ method: 'GET', path, signal }, event => void events.push(event))
      return { events, ended }
    },
    stop: () => cluster.stop(),
  }
}

/** A definition of `CronTab` in `stable.example.com`, with one version of this schema. */
export const cronTabs = (schema: JSONSchemaProps, version: object = {}, spec: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'crontabs.stable.example.com' },
  spec: {
    group: 'stable.example.com',
    scope: 'Namespaced',
    names: { plural: 'crontabs', kind: 'CronTab', shortNames: ['ct'] },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
    ...spec,
  },
})

export const cronTab = (name: string, rest: object = {}, version = 'v1') => ({
  apiVersion: `stable.example.com/${version}`,
  kind: 'CronTab',
  metadata: { name },
  ...rest,
})

export const collection = (version = 'v1') => `/apis/stable.example.com/${version}/namespaces/default/crontabs`
