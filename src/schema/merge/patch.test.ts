import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, type Random, seededRandom } from '../../base/random.ts'
import { equal } from '../derive/equal.ts'
import { applyJsonPatch } from './jsonPatch.ts'
import { applyMergePatch, createMergePatch } from './mergePatch.ts'
import { PatchError } from './patchError.ts'

/** Freezes plain data through and through, so that a change of an input fails the test. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

test('a JSON patch does what it says', async t => {
  const cases: [name: string, document: unknown, operations: unknown[], result: unknown][] = [
    ['add a key', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['add into a list', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [
      'add at the end',
      { a: [1] },
      [
        { op: 'add', path: '/a/-', value: 2 },
        { op: 'add', path: '/a/2', value: 3 },
      ],
      { a: [1, 2, 3] },
    ],
    ['add from the end', { a: [1, 2] }, [{ op: 'add', path: '/a/-1', value: 3 }], { a: [1, 2, 3] }],
    ['add replaces a key', { a: { b: 1 } }, [{ op: 'add', path: '/a', value: 2 }], { a: 2 }],
    [
      'remove',
      { a: { b: 1, c: 2 }, l: [1, 2] },
      [
        { op: 'remove', path: '/a/b' },
        { op: 'remove', path: '/l/0' },
      ],
      { a: { c: 2 }, l: [2] },
    ],
    ['replace', { a: [{ b: 1 }] }, [{ op: 'replace', path: '/a/0/b', value: { c: 1 } }], { a: [{ b: { c: 1 } }] }],
    ['replace all', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
    ['move', { a: { b: 1 }, l: [] }, [{ op: 'move', from: '/a/b', path: '/l/0' }], { a: {}, l: [1] }],
    [
      'copy',
      { a: { b: [1] } },
      [
        { op: 'copy', from: '/a/b', path: '/c' },
        { op: 'add', path: '/c/0', value: 0 },
      ],
      { a: { b: [1] }, c: [0, 1] },
    ],
    ['test', { a: { b: [1, null] } }, [{ op: 'test', path: '/a', value: { b: [1, null] } }], { a: { b: [1, null] } }],
    ['test of what is not there', {}, [{ op: 'test', path: '/a', value: null }], {}],
    ['escapes', { 'a/b': { '~1': 1 } }, [{ op: 'replace', path: '/a~1b/~01', value: 2 }], { 'a/b': { '~1': 2 } }],
    ['an odd key', {}, [{ op: 'add', path: '/__proto__', value: { x: 1 } }], JSON.parse('{"__proto__":{"x":1}}')],
    [
      'what was added can be changed',
      {},
      [
        { op: 'add', path: '/a', value: { b: [] } },
        { op: 'add', path: '/a/b/-', value: 1 },
      ],
      { a: { b: [1] } },
    ],
    ['nothing', { a: 1 }, [], { a: 1 }],
  ]
  for (const [name, document, operations, result] of cases) {
    await t.test(name, () => assert.deepEqual(applyJsonPatch(frozen(document), frozen(operations)), result))
  }
})

test('a JSON patch that does not apply is refused in the words of upstream', async t => {
  const document = frozen({ a: { b: 1 }, l: [1], s: 'x' })
  const cases: [operation: unknown, message: string, code?: number][] = [
    [{ op: 'add', path: '/x/y', value: 1 }, 'add operation does not apply: doc is missing path: "/x/y": missing value'],
    [{ op: 'add', path: '/s/y', value: 1 }, 'add operation does not apply: doc is missing path: "/s/y": missing value'],
    [{ op: 'add', path: '', value: 1 }, 'add operation does not apply: doc is missing path: "": missing value'],
    [{ op: 'add', value: 1 }, 'add operation failed to decode path: missing value'],
    [
      { op: 'add', path: '/l/5', value: 1 },
      "error in add for path: '/l/5': Unable to access invalid index: 5: invalid index referenced",
    ],
    [
      { op: 'add', path: '/l/x', value: 1 },
      `error in add for path: '/l/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`,
    ],
    [
      { op: 'remove', path: '/a/x' },
      "error in remove for path: '/a/x': Unable to remove nonexistent key: x: missing value",
    ],
    [
      { op: 'remove', path: '/l/1' },
      "error in remove for path: '/l/1': Unable to access invalid index: 1: invalid index referenced",
    ],
    [
      { op: 'replace', path: '/x/y', value: 1 },
      'replace operation does not apply: doc is missing path: /x/y: missing value',
    ],
    [
      { op: 'replace', path: '/l/9', value: 1 },
      'replace operation does not apply: doc is missing key: /l/9: missing value',
    ],
    [{ op: 'test', path: '/a/b', value: 2 }, 'testing value /a/b failed: test failed'],
    [{ op: 'test', path: '/x/b', value: 2 }, 'test operation does not apply: is missing path: /x/b: missing value'],
    [
      { op: 'move', from: '/a/x', path: '/c' },
      "error in move for path: 'x': Unable to remove nonexistent key: x: missing value",
    ],
    [
      { op: 'copy', from: '/x/x', path: '/c' },
      'copy operation does not apply: doc is missing from path: /x/x: missing value',
    ],
    [{ op: 'jump', path: '/a' }, 'Unexpected kind: jump'],
    [{ path: '/a' }, 'Unexpected kind: unknown'],
  ]
  for (const [operation, message] of cases) {
    await t.test(message, () =>
      assert.throws(() => applyJsonPatch(document, [operation]), new PatchError(422, message)),
    )
  }
  assert.throws(() => applyJsonPatch(document, {}), { code: 400 })
  assert.throws(() => applyJsonPatch(document, [1]), { code: 400 })
})

test('a JSON patch is bounded', () => {
  const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 }))
  assert.throws(
    () => applyJsonPatch({ a: 1 }, many),
    new PatchError(413, 'The allowed maximum operations in a JSON patch is 10000, got 10001'),
  )
  const doubling = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/${'x'.repeat(i + 1)}` }))
  assert.throws(() => applyJsonPatch({ a: { b: 'x'.repeat(1000) } }, doubling), {
    code: 422,
    message: /^Unable to complete the copy/,
  })
  const appends = Array.from({ length: 10_000 }, () => ({ op: 'add', path: '/a/0', value: 1 }))
  assert.equal((applyJsonPatch({ a: new Array(100).fill(0) }, appends) as { a: number[] }).a.length, 10_100)
})

test('a merge patch follows RFC 7386', async t => {
  const cases: [document: unknown, patch: unknown, result: unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ a: 1 }, {}, { a: 1 }],
    [{}, JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
  ]
  for (const [document, patch, result] of cases) {
    await t.test(JSON.stringify(patch), () =>
      assert.deepEqual(applyMergePatch(frozen(document), frozen(patch)), result),
    )
  }
  assert.throws(
    () => applyMergePatch({}, []),
    new PatchError(
      400,
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ),
  )
  assert.throws(() => applyMergePatch({}, null), new PatchError(400, 'Invalid JSON Patch'))
})

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

function randomObject(random: Random, depth: number): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (let count = integerBelow(random, 4); count > 0; count--) {
    const key = ['a', 'b', 'c', '__proto__', 'toString'][integerBelow(random, 5)] as string
    const kind = integerBelow(random, depth > 2 ? 2 : 4)
    const held =
      kind === 0 ? integerBelow(random, 3) : kind === 1 ? [integerBelow(random, 2)] : randomObject(random, depth + 1)
    Object.defineProperty(value, key, { value: held, enumerable: true, configurable: true, writable: true })
  }
  return value
}

test(`the patch between two objects makes one of the other (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  for (let round = 0; round < 1000; round++) {
    const [a, b] = [frozen(randomObject(random, 0)), frozen(randomObject(random, 0))]
    const patch = createMergePatch(a, b)
    assert.deepEqual(applyMergePatch(a, patch), b)
    assert.equal(equal(patch, {}), equal(a, b))
  }
})
