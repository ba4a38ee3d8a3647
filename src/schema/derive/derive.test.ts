import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bool, fields, int32, list, map, object, one, quantity, root, string, strings } from '../fields.ts'
import { quantity as quantityType } from '../scalars/quantity.ts'
import type { Type } from '../types.ts'
import { applyDefaults } from './defaults.ts'
import { equal, semanticEqual } from './equal.ts'

test('plain data is compared by value', async t => {
  const cases: [a: unknown, b: unknown, same: boolean][] = [
    [1, 1, true],
    [1, '1', false],
    [null, undefined, false],
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: undefined }, { b: undefined }, true],
    [{ a: 1 }, { a: 1, b: 0 }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{}, { toString: 1 }, false],
    [[], {}, false],
    [[1, 2], [2, 1], false],
    [JSON.parse('{"__proto__":1}'), {}, false],
  ]
  for (const [a, b, same] of cases) {
    await t.test(`${JSON.stringify(a)} and ${JSON.stringify(b)}`, () => {
      assert.equal(equal(a, b), same)
      assert.equal(equal(b, a), same)
    })
  }
})

const Inner: Type<Record<string, unknown>> = object(
  'Inner',
  fields({
    name: string(1, { always: true }),
    protocol: string(2, { default: 'TCP' }),
    on: bool(3, { pointer: true, default: true }),
  }),
)
const Thing: Type<Record<string, unknown>> = root(
  'Thing',
  fields({
    size: quantity(1),
    sizes: map(2, quantityType),
    list: list(3, Inner),
    replicas: int32(4, { pointer: true, default: 1 }),
    policy: string(5, { always: true, default: 'Always' }),
    inner: one(6, Inner, { pointer: true }),
    byName: map(7, Inner),
    args: strings(8, { default: ['a'] }),
    self: one(9, (): Type<Record<string, unknown>> => Thing, { pointer: true }),
  }),
)

test('semantic equality looks through spelling', async t => {
  const cases: [a: Record<string, unknown> | undefined, b: Record<string, unknown> | undefined, same: boolean][] = [
    [{ size: '1' }, { size: '1000m' }, true],
    [{ sizes: { cpu: '1', memory: '1Gi' } }, { sizes: { memory: '1024Mi', cpu: '1' } }, true],
    [{ sizes: {} }, {}, true],
    [{ list: [] }, {}, true],
    [{ policy: '' }, {}, true],
    [{ replicas: 0 }, {}, false],
    [{ inner: {} }, {}, false],
    [{ inner: {} }, { inner: { name: '' } }, true],
    [{ list: [{ name: 'a' }] }, { list: [{ name: 'b' }] }, false],
    [{ kind: 'a' }, { kind: 'b' }, false],
    [undefined, undefined, true],
    [undefined, {}, false],
  ]
  for (const [a, b, same] of cases) {
    await t.test(`${JSON.stringify(a)} and ${JSON.stringify(b)}`, () => {
      assert.equal(semanticEqual(Thing, a, b), same)
      assert.equal(semanticEqual(Thing, b, a), same)
    })
  }
})

test('defaults fill what is absent, wherever their object is', async t => {
  const cases: [name: string, given: Record<string, unknown>, filled: Record<string, unknown>][] = [
    ['nothing given', {}, { replicas: 1, policy: 'Always', args: ['a'] }],
    [
      'zero behind a pointer is kept',
      { replicas: 0, policy: '', args: [] },
      { replicas: 0, policy: 'Always', args: ['a'] },
    ],
    [
      'inside lists, maps and objects',
      { list: [{ name: 'a', on: false }], byName: { x: { protocol: 'UDP' } }, inner: {} },
      {
        list: [{ name: 'a', on: false, protocol: 'TCP' }],
        byName: { x: { protocol: 'UDP', on: true } },
        inner: { protocol: 'TCP', on: true },
        replicas: 1,
        policy: 'Always',
        args: ['a'],
      },
    ],
    [
      'types that hold themselves',
      { self: { policy: 'x' } },
      { self: { policy: 'x', replicas: 1, args: ['a'] }, replicas: 1, policy: 'Always', args: ['a'] },
    ],
  ]
  for (const [name, given, filled] of cases) {
    await t.test(name, () => {
      applyDefaults(Thing, given)
      assert.deepEqual(given, filled)
    })
  }
})

test('a default that is a list is a new one each time', () => {
  const [a, b]: Record<string, unknown>[] = [{}, {}]
  applyDefaults(Thing, a as Record<string, unknown>)
  applyDefaults(Thing, b as Record<string, unknown>)
  assert.notEqual(a?.args, b?.args)
})
