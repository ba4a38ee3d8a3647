import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { createClient } from '../../client/client.ts'
import type { ApiRequest } from '../../client/transport.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Pod } from '../pod.ts'
import { createTokens } from './tokens.ts'

test('a token is kept until most of its life is over, and while the server is away', async () => {
  const clock = createVirtualClock(1_700_000_000_000)
  const asked: ApiRequest[] = []
  let away = false
  const client = createClient({
    async request(request) {
      if (away) throw new Error('away')
      asked.push(request)
      const status = { token: `t${asked.length}`, expirationTimestamp: formatTime(clock.now() + 600_000) }
      return { status: 201, object: { status }, warnings: [] }
    },
    watch: () => Promise.reject(new Error('no watch here')),
    close: () => Promise.resolve(),
  })
  const tokens = createTokens(client, clock)
  const pod = { metadata: { name: 'p', namespace: 'ns', uid: 'u' }, spec: { serviceAccountName: 'sa' } } as Pod
  const token = async (audience = '') => (await tokens.token(pod, audience, 600)).token

  assert.deepEqual([await token(), await token(), await token('other')], ['t1', 't1', 't2'])
  assert.equal(asked[0]?.path, '/api/v1/namespaces/ns/serviceaccounts/sa/token')
  assert.deepEqual((asked[1]?.object as { spec: object } | undefined)?.spec, {
    audiences: ['other'],
    expirationSeconds: 600,
    boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'u' },
  })
  await clock.advance(479_000)
  assert.equal(await token(), 't1')
  await clock.advance(2000)
  away = true
  assert.equal(await token(), 't1')
  away = false
  assert.equal(await token(), 't3')
  away = true
  await clock.advance(600_000)
  await assert.rejects(token(), /failed to fetch token: away/)
})
