import assert from 'node:assert/strict'
import { test } from 'node:test'
import { celExpressions } from './celExpressions.ts'

test('expressions of configuration files work on data of any shape', () => {
  const claims = { sub: 'ann', teams: ['dev', 'ops'], level: 4, nested: { verified: true } }
  for (const [text, expected] of [
    ['claims.sub + "@x"', 'ann@x'],
    ['claims.teams.filter(t, t != "ops")', ['dev']],
    ['claims.nested.verified && claims.level > 3', true],
    ['has(claims.email) ? claims.email : ""', ''],
    ['claims.?email.orValue("none")', 'none'],
    ['"dev" in claims.teams', true],
  ] as const)
    assert.deepEqual(celExpressions.compile(text, ['claims']).evaluate({ claims }), expected, text)
})

test('what is wrong is told: when it is compiled, or when it is evaluated', () => {
  assert.throws(() => celExpressions.compile('claims.', ['claims']), /compilation failed: ERROR/)
  assert.throws(() => celExpressions.compile('other.sub', ['claims']), /undeclared reference to 'other'/)
  assert.throws(() => celExpressions.compile('"a" + "b"', [], 'bool'), /must evaluate to bool/)
  assert.throws(() => celExpressions.compile('claims.email', ['claims']).evaluate({ claims: {} }), /no such key: email/)
})
