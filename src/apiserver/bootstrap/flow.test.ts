import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resources } from '../../api/index.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { createClient } from '../../client/client.ts'
import { eventually, startCluster } from '../../testing/index.ts'
import { autoUpdate, mandatory, suggested } from '../flow/defaults.ts'
import { flowKinds } from '../flow/objects.ts'
import { startServer } from '../server.test-suite.ts'
import { ensureFlow } from './flow.ts'

const kinds = flowKinds(resources)
const skip = kinds ? false : 'this server has no FlowSchemas'
type Any = KubeObject & { readonly spec: Record<string, unknown>; readonly status?: { readonly conditions?: object[] } }

test('the objects of priority and fairness are made, and set right as far as they are the server’s', {
  skip,
}, async () => {
  if (!kinds) return
  const server = await startServer()
  const deps = { client: createClient(server.connect()), objects: server.server.reader }
  const of = deps.client.of(kinds.levels)
  const get = async (name: string) => (await of.get(name, {})) as Any
  await ensureFlow(deps, resources)
  const revision = server.server.objects.revision
  await ensureFlow(deps, resources)
  assert.equal(server.server.objects.revision, revision, 'what is right is left alone')
  const names = (await of.list({})).items.map(({ metadata }) => metadata.name).sort()
  assert.deepEqual(names, [...mandatory.levels, ...suggested.levels].map(({ metadata }) => metadata.name).sort())

  const change = async (name: string, shares: number, own: string | undefined) => {
    const { metadata, spec, ...rest } = await get(name)
    const limited = { ...(spec.limited as object), nominalConcurrencyShares: shares }
    const annotations = own === undefined ? {} : { [autoUpdate]: own }
    await of.update({ ...rest, metadata: { ...metadata, annotations }, spec: { ...spec, limited } } as never)
  }
  const shares = async (name: string) =>
    ((await get(name)).spec.limited as { nominalConcurrencyShares: number }).nominalConcurrencyShares
  await assert.rejects(change('catch-all', 7, 'false'), /must equal the fixed value/)
  await of.delete('catch-all', {})
  await change('system', 7, 'true')
  await change('node-high', 7, 'false')
  await change('workload-low', 7, undefined)
  const former = {
    metadata: { name: 'former', annotations: { [autoUpdate]: 'true' } },
    spec: (await get('system')).spec,
  }
  await of.create(former as never)
  await of.create({ ...former, metadata: { name: 'mine' } } as never)
  await ensureFlow(deps, resources)
  assert.equal(await shares('catch-all'), 5, 'mandatory ones are made again always')
  assert.equal(await shares('system'), 30, 'suggested ones that are the server’s')
  assert.equal(await shares('node-high'), 7, 'not those that people look after')
  assert.equal(await shares('workload-low'), 7, 'nor those that somebody has changed')
  assert.equal((await get('workload-low')).metadata.annotations?.[autoUpdate], 'false')
  await assert.rejects(get('former'), { code: 404 })
  assert.equal((await get('mine')).metadata.name, 'mine')
  await server.stop()
})

test('a FlowSchema says whether its priority level is there', { skip }, async () => {
  if (!kinds) return
  const cluster = await startCluster({ nodes: 0, scheduler: false, controllers: [] })
  try {
    const schemas = cluster.client.of(kinds.schemas)
    const spec = { priorityLevelConfiguration: { name: 'later' }, matchingPrecedence: 1234 }
    await schemas.create({ metadata: { name: 'mine' }, spec } as never)
    const told = async () => {
      const { status } = (await schemas.get('mine', {})) as Any
      const [condition] = (status?.conditions ?? []) as { type: string; status: string; reason: string }[]
      return condition && `${condition.type} ${condition.status} ${condition.reason}`
    }
    await eventually(async () => (await told()) === 'Dangling True NotFound')
    const limited = { limitResponse: { type: 'Reject' } }
    await cluster.client
      .of(kinds.levels)
      .create({ metadata: { name: 'later' }, spec: { type: 'Limited', limited } } as never)
    await eventually(async () => (await told()) === 'Dangling False Found')
  } finally {
    await cluster.stop()
  }
})
