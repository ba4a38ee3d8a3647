import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseImageName, withDefaultTag } from './name.ts'

test('names are completed as registries do', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const cases: [string, string, string][] = [
    ['nginx', 'nginx:latest', 'docker.io/library/nginx'],
    ['nginx:1', 'nginx:1', 'docker.io/library/nginx'],
    ['me/app', 'me/app:latest', 'docker.io/me/app'],
    ['localhost/app', 'localhost/app:latest', 'localhost/app'],
    ['reg.io:5000/a/b:v1', 'reg.io:5000/a/b:v1', 'reg.io:5000/a/b'],
    [`reg.io/a@${digest}`, `reg.io/a@${digest}`, 'reg.io/a'],
    ['index.docker.io/library/x', 'index.docker.io/library/x:latest', 'docker.io/library/x'],
  ]
  for (const [name, tagged, repository] of cases) {
    assert.equal(withDefaultTag(name), tagged)
    assert.equal(parseImageName(name).repository, repository)
  }
})

test('what is no name is refused', () => {
  for (const name of ['', 'Bad Name', 'UPPER', 'a//b', 'a:', 'a@sha256:short', '-a', `${'a'.repeat(2000)}`]) {
    assert.throws(() => withDefaultTag(name), /^Error: couldn't parse image name/, name)
  }
})
