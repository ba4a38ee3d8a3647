import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invalidSinceLabel, lastUsedLabel, trackingName } from '../../api/core/legacyTokens.ts'
import { configMaps, type Secret, secrets, serviceAccounts } from '../../api/index.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { startCluster } from '../../testing/cluster.ts'
import { eventually } from '../../testing/eventually.ts'
import type { ControllerModule } from '../controller.ts'
import { legacytokencleaner } from './legacyTokens.ts'
import { verdictOn } from './unused.ts'

const day = 24 * 3_600_000
const now = Date.UTC(2026, 5, 15, 12)

test('a token is marked when it was not used for the time, and deleted when that was long ago', () => {
  const secret = (created: string, labels: Record<string, string> = {}, rest: object = {}): Secret =>
    ({ metadata: { name: 's', creationTimestamp: `${created}T00:00:00Z`, labels, ...rest } }) as Secret
  const used = (label: string) => secret('2026-01-01', { [lastUsedLabel]: label })
  const invalid = (label: string) => secret('2026-01-01', { [invalidSinceLabel]: label })
  const cases: readonly (readonly [string, Secret, string])[] = [
    ['young', secret('2026-06-10'), 'keep'],
    ['never used', secret('2026-01-01'), 'mark'],
    ['used lately', used('2026-06-05'), 'keep'],
    ['used before', used('2026-06-04'), 'mark'],
    ['used nobody knows when', used('lately'), 'keep'],
    ['marked lately', invalid('2026-06-05'), 'keep'],
    ['marked before', invalid('2026-06-04'), 'delete'],
    ['marked with nonsense', invalid('yes'), 'mark'],
    ['going', secret('2026-01-01', {}, { deletionTimestamp: '2026-06-01T00:00:00Z' }), 'keep'],
  ]
  for (const [what, given, expected] of cases) assert.equal(verdictOn(given, now, 10 * day), expected, what)
})

test('tokens that were made with their account go when nobody uses them; those that people made stay', async context => {
  const clock = createVirtualClock(now)
  const brief: ControllerModule = {
    ...legacytokencleaner,
    create: parts => legacytokencleaner.create({ ...parts, options: { ...parts.options, legacyTokenPeriod: 2 * day } }),
  }
  const cluster = await startCluster({ nodes: 0, scheduler: false, controllers: [brief], clock })
  context.after(() => cluster.stop())
  const { client } = cluster
  const namespace = 'default'
  const tracked = await eventually(() => client.of(configMaps).get(trackingName, { namespace: 'kube-system' }))
  assert.deepEqual(tracked.data, { since: '2026-06-15' })
  const account = await client
    .of(serviceAccounts)
    .create({ metadata: { name: 'robot', namespace }, secrets: [{ name: 'generated' }] } as never)
  const annotations = {
    'kubernetes.io/service-account.name': 'robot',
    'kubernetes.io/service-account.uid': account.metadata.uid ?? '',
  }
  for (const name of ['generated', 'made']) {
    const metadata = { name, namespace, annotations }
    await client.of(secrets).create({ metadata, type: 'kubernetes.io/service-account-token' } as never)
  }
  const labels = async (name: string) => (await client.of(secrets).get(name, { namespace })).metadata.labels ?? {}
  await eventually(async () => {
    await clock.advance(day)
    return (await labels('generated'))[invalidSinceLabel] !== undefined
  })
  const marked = Date.parse((await labels('generated'))[invalidSinceLabel] ?? '')
  assert.ok(marked >= Date.UTC(2026, 5, 18), 'so long after the first whole day of tracking')
  assert.deepEqual(await labels('made'), {})
  await eventually(async () => {
    await clock.advance(day)
    return (await client.of(secrets).list({ namespace })).items.every(({ metadata }) => metadata.name !== 'generated')
  })
  assert.ok(clock.now() >= marked + 3 * day)
  assert.deepEqual(await labels('made'), {})
})
