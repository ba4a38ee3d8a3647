import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Secret } from '../../api/core/secret.ts'
import { credentialsFor } from './credentials.ts'

const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64')
const secret = (auths: object): Secret => ({
  metadata: {},
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': base64({ auths }) },
})

test('credentials are found by host and path, the most specific first', () => {
  const secrets = [
    secret({
      'https://index.docker.io/v1/': { auth: base64('hub:p:w') },
      'reg.io': { username: 'any', password: '1' },
      'reg.io/team': { username: 'team', password: '2' },
      '*.example.com': { username: 'wild', password: '3' },
    }),
    {
      metadata: {},
      type: 'kubernetes.io/dockercfg',
      data: { '.dockercfg': base64({ 'old.io': { username: 'old' } }) },
    },
    { metadata: {}, type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64('no json') } },
  ] as Secret[]
  const users = (repository: string) => credentialsFor(secrets, repository).map(({ username }) => username)
  assert.deepEqual(users('docker.io/library/nginx'), ['hub'])
  assert.equal(credentialsFor(secrets, 'docker.io/library/nginx')[0]?.password, 'p:w')
  assert.deepEqual(users('reg.io/team/app'), ['team', 'any'])
  assert.deepEqual(users('reg.io/teammates/app'), ['any'])
  assert.deepEqual(users('a.example.com/x'), ['wild'])
  assert.deepEqual(users('a.b.example.com/x'), [])
  assert.deepEqual(users('old.io/x'), ['old'])
})
