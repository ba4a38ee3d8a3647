import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, createEnvironment, dyn, dynamic, evaluate, int, list } from './index.ts'

const pieces = [
  ...[
    'x',
    'l',
    'any',
    'any.a',
    '1',
    '2u',
    '1.5',
    "'a'",
    "b'a'",
    'true',
    'null',
    '[]',
    '{}',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
  ],
  ...['.', ',', '?', ':', '.?', '[?', '+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', '!', ' in ', ' '],
  ...[
    '.map(i, i)',
    '.all(i, i > 0)',
    '.exists(i, v, v == i)',
    'has(any.a)',
    'size(',
    '.size()',
    '.replace(',
    'dyn(',
    '.sort()',
  ],
  ...[
    "duration('1h')",
    "timestamp('2020-01-01T00:00:00Z')",
    "'%s %d'.format([",
    '\\',
    "'",
    '"""',
    'é',
    '\u{1f600}',
    '\n',
    '\0',
  ],
]

/** A repeatable sequence of numbers from 0 to 1. */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

test('no text makes the compiler or the evaluator throw, and none spends more than its limit', () => {
  const env = createEnvironment({ variables: { x: int, l: list(int), any: dyn } })
  const next = sequence(7)
  const bindings = { x: 3n, l: dynamic([1, 2, 3]), any: dynamic({ a: [1, 'b'] }) }
  for (let round = 0; round < 20_000; round++) {
    const count = 1 + Math.floor(next() * 12)
    const text = Array.from({ length: count }, () => pieces[Math.floor(next() * pieces.length)]).join('')
    const compiled = compile(text, env)
    if ('errors' in compiled) continue
    const { cost } = evaluate(compiled.program, bindings, { limit: 100 })
    assert.ok(cost < 10_000, text)
  }
})
