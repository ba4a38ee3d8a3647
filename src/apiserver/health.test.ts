import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerRequest } from './contract.ts'
import { type HealthCheck, healthPaths } from './health.ts'
import { requestInfo } from './requestInfo.ts'

const hook = (ok: boolean): HealthCheck => ({ name: 'poststarthook/rbac/bootstrap-roles', ok })

/** Status and text of one request. */
async function get(target: string, checks: readonly HealthCheck[]): Promise<[number, string] | undefined> {
  const query = new URL(target, 'http://x').searchParams
  const request = { method: 'GET', target, headers: {}, query } as unknown as ServerRequest
  const answer = await healthPaths({ checks: () => checks })(request, requestInfo('GET', target, query), {
    name: 'system:anonymous',
    groups: [],
  })
  return answer?.form === 'text' ? [answer.status, String(answer.body)] : undefined
}

const cases: readonly [string, string, readonly HealthCheck[], [number, string] | undefined][] = [
  ['a server that is well says ok', '/readyz', [hook(true)], [200, 'ok']],
  [
    'a check that fails is named, not explained',
    '/readyz',
    [hook(false)],
    [500, '[+]ping ok\n[-]poststarthook/rbac/bootstrap-roles failed: reason withheld\nreadyz check failed\n'],
  ],
  [
    'verbose lists the checks',
    '/healthz?verbose',
    [hook(true)],
    [200, '[+]ping ok\n[+]poststarthook/rbac/bootstrap-roles ok\nhealthz check passed\n'],
  ],
  [
    'an excluded check does not count',
    '/readyz?exclude=poststarthook/rbac/bootstrap-roles',
    [hook(false)],
    [200, 'ok'],
  ],
  ['liveness asks only what a restart would mend', '/livez', [hook(false)], [200, 'ok']],
  ['a single check answers for itself', '/readyz/poststarthook/rbac/bootstrap-roles', [hook(true)], [200, 'ok']],
  ['a check that is not there is somebody else’s path', '/readyz/nothing', [], undefined],
  ['other paths are left to others', '/version', [], undefined],
]
for (const [name, target, checks, expected] of cases) {
  test(name, async () => assert.deepEqual(await get(target, checks), expected))
}
