import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bool,
  fields,
  int32,
  intOrString,
  list,
  map,
  object,
  one,
  root,
  string,
  stringMap,
  strings,
} from '../../fields.ts'
import { rawExtension, rawJson } from '../../scalars/raw.ts'
import type { Type } from '../../types.ts'
import { wrongWith } from './check.ts'
import { compare } from './compare.ts'
import { reconciled } from './follow.ts'
import { merge } from './merge.ts'
import { remove } from './remove.ts'
import { fieldsIn } from './set.ts'
import { shapeOf } from './shape.ts'

const Port: Type = object(
  'test.Port',
  fields({ port: int32(1), protocol: string(2, { default: 'TCP' }), name: string(3) }),
)
const Selector: Type = object('test.Selector', fields({ app: string(1), tier: string(2) }), { atomic: true })
const Item: Type = object(
  'test.Item',
  fields({ name: string(1, { always: true }), value: string(2), tags: strings(3, { listType: 'set' }) }),
)
const Thing: Type = root(
  'test.Thing',
  fields({
    count: int32(1, { pointer: true }),
    flag: bool(2),
    either: intOrString(3),
    labels: stringMap(4),
    selector: one(5, Selector, { pointer: true }),
    loose: one(6, Selector, { pointer: true, mapType: 'granular' }),
    ports: list(7, Port, { listType: 'map', listKeys: ['port', 'protocol'] }),
    items: list(8, Item, { mergeKey: 'name', patchStrategy: 'merge' }),
    args: strings(9),
    finalizers: strings(10, { listType: 'set' }),
    raw: one(11, rawExtension, { pointer: true }),
    json: one(12, rawJson, { pointer: true }),
    nested: map(13, Item),
  }),
)
const shape = shapeOf(Thing)

test('what a value sets: leaves, elements of lists, keys of maps', () => {
  const cases: [unknown, unknown][] = [
    [{ count: 1 }, { 'f:count': {} }],
    [
      { count: null, labels: null },
      { 'f:count': {}, 'f:labels': {} },
    ],
    [{ labels: { a: 'b' } }, { 'f:labels': { 'f:a': {} } }],
    [{ labels: {} }, { 'f:labels': {} }],
    [{ selector: { app: 'x' } }, { 'f:selector': {} }],
    [{ loose: { app: 'x' } }, { 'f:loose': { 'f:app': {} } }],
    [{ args: ['a'] }, { 'f:args': {} }],
    [{ finalizers: ['b', 'a'] }, { 'f:finalizers': { 'v:"b"': {}, 'v:"a"': {} } }],
    [{ ports: [{ port: 80 }] }, { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } }],
    [
      { items: [{ name: 'a', tags: ['t'] }] },
      { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:tags': { 'v:"t"': {} } } } },
    ],
    [{ raw: { a: { b: 1 } } }, { 'f:raw': {} }],
    [{ json: { a: { b: [1] } } }, { 'f:json': { 'f:a': { '.': {}, 'f:b': {} } } }],
    [{ nested: { k: { name: 'x' } } }, { 'f:nested': { 'f:k': { '.': {}, 'f:name': {} } } }],
    [{ items: [{ name: 'a' }, { name: 'a' }] }, { 'f:items': { 'k:{"name":"a"}': {} } }],
  ]
  for (const [value, expected] of cases) assert.deepEqual(fieldsIn(shape, value), expected, JSON.stringify(value))
})

test('two values are compared field by field', () => {
  const none = { added: {}, modified: {}, removed: {} }
  const port = 'k:{"port":80,"protocol":"TCP"}'
  const cases: [unknown, unknown, object][] = [
    [{ count: 1 }, { count: 1 }, {}],
    [{ count: 1 }, { count: 2 }, { modified: { 'f:count': {} } }],
    [{}, { labels: { a: 'b' } }, { added: { 'f:labels': { '.': {}, 'f:a': {} } } }],
    [{ labels: {} }, { labels: { a: 'b' } }, { added: { 'f:labels': { 'f:a': {} } } }],
    [{ labels: { a: 'b' } }, {}, { removed: { 'f:labels': { '.': {}, 'f:a': {} } } }],
    [
      { labels: { a: 'b' } },
      { labels: { c: 'b' } },
      { added: { 'f:labels': { 'f:c': {} } }, removed: { 'f:labels': { 'f:a': {} } } },
    ],
    [{ labels: null }, { labels: {} }, { modified: { 'f:labels': {} } }],
    [{ selector: { app: 'x' } }, { selector: { app: 'y' } }, { modified: { 'f:selector': {} } }],
    [{ loose: { app: 'x' } }, { loose: { app: 'y' } }, { modified: { 'f:loose': { 'f:app': {} } } }],
    [{ args: ['a', 'b'] }, { args: ['b', 'a'] }, { modified: { 'f:args': {} } }],
    [
      { finalizers: ['a', 'b'] },
      { finalizers: ['b', 'c'] },
      { added: { 'f:finalizers': { 'v:"c"': {} } }, removed: { 'f:finalizers': { 'v:"a"': {} } } },
    ],
    [
      { ports: [{ port: 80 }] },
      { ports: [{ port: 80, name: 'x' }] },
      { added: { 'f:ports': { [port]: { 'f:name': {} } } } },
    ],
    [
      { ports: [{ port: 80, protocol: 'TCP' }] },
      { ports: [{ port: 80 }] },
      { removed: { 'f:ports': { [port]: { 'f:protocol': {} } } } },
    ],
    [{ either: 1 }, { either: 'a' }, { modified: { 'f:either': {} } }],
    [{ json: 'a' }, { json: { b: 1 } }, { modified: { 'f:json': {} }, added: { 'f:json': { 'f:b': {} } } }],
    [{ json: { b: 1 } }, { json: [1] }, { modified: { 'f:json': {} }, removed: { 'f:json': { 'f:b': {} } } }],
    [
      { items: [{ name: 'a' }, { name: 'a' }] },
      { items: [{ name: 'a' }] },
      {
        added: { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } },
        removed: { 'f:items': { 'k:{"name":"a"}': {} } },
      },
    ],
    [
      { items: [{ name: 'a' }] },
      { items: [{ name: 'a' }, { name: 'a' }] },
      {
        added: { 'f:items': { 'k:{"name":"a"}': {} } },
        removed: { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } },
      },
    ],
  ]
  for (const [before, after, expected] of cases)
    assert.deepEqual(compare(shape, before, after), { ...none, ...expected }, JSON.stringify([before, after]))
})

test('what is applied is merged into what is there', () => {
  const named = (...names: string[]) => names.map(name => ({ name }))
  const cases: [unknown, unknown, unknown][] = [
    [{ count: 1, flag: true }, { count: 2 }, { count: 2, flag: true }],
    [{ labels: { a: '1', b: '2' } }, { labels: { b: '3' } }, { labels: { a: '1', b: '3' } }],
    [{ labels: { a: '1' } }, { labels: {} }, { labels: { a: '1' } }],
    [{ labels: {} }, { labels: null }, { labels: null }],
    [{ selector: { app: 'a' } }, { selector: { tier: 'b' } }, { selector: { tier: 'b' } }],
    [{ loose: { app: 'a' } }, { loose: { tier: 'b' } }, { loose: { app: 'a', tier: 'b' } }],
    [{ args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
    [{ finalizers: ['a', 'b'] }, { finalizers: ['c', 'a'] }, { finalizers: ['c', 'a', 'b'] }],
    [{ items: named('a', 'b', 'c') }, { items: named('b') }, { items: named('a', 'b', 'c') }],
    [{ items: named('a', 'b', 'c') }, { items: named('c', 'a') }, { items: named('b', 'c', 'a') }],
    [{ items: named('a', 'b') }, { items: named('x', 'a', 'y') }, { items: named('x', 'a', 'b', 'y') }],
    [{ items: named('a') }, { items: [{ name: 'a', value: 'v' }] }, { items: [{ name: 'a', value: 'v' }] }],
    [{ json: { a: [1], b: { c: 1 } } }, { json: { a: [2], b: { d: 2 } } }, { json: { a: [2], b: { c: 1, d: 2 } } }],
    [{ json: { a: 1 } }, { json: 'text' }, { json: 'text' }],
    [{ items: [...named('a', 'a'), { name: 'b' }] }, { items: named('b') }, { items: named('a', 'a', 'b') }],
    [{ items: named('a', 'a') }, { items: [{ name: 'a', value: 'x' }] }, { items: [{ name: 'a', value: 'x' }] }],
  ]
  for (const [live, applied, expected] of cases)
    assert.deepEqual(merge(shape, live, applied), expected, JSON.stringify([live, applied]))
})

test('fields are taken out; what held them stays', () => {
  const cases: [unknown, Record<string, never>, unknown][] = [
    [{ count: 1, flag: true }, { 'f:count': {} } as never, { flag: true }],
    [{ labels: { a: '1' } }, { 'f:labels': { 'f:a': {} } } as never, { labels: {} }],
    [
      { items: [{ name: 'a' }, { name: 'b' }] },
      { 'f:items': { 'k:{"name":"a"}': {} } } as never,
      { items: [{ name: 'b' }] },
    ],
    [
      { items: [{ name: 'a', value: 'v' }] },
      { 'f:items': { 'k:{"name":"a"}': { 'f:value': {} } } } as never,
      { items: [{ name: 'a' }] },
    ],
    [{ finalizers: ['a'] }, { 'f:finalizers': { 'v:"a"': {} } } as never, { finalizers: [] }],
  ]
  for (const [value, fields, expected] of cases) assert.deepEqual(remove(shape, value, fields), expected)
})

test('what cannot be applied is told in upstream’s words', () => {
  const cases: [unknown, string | undefined][] = [
    [{ count: 1, labels: { a: 'b' }, either: 'x', json: { a: [null] } }, undefined],
    [{ foo: 1 }, '.foo: field not declared in schema'],
    [{ items: [{ name: 'a', foo: 1 }] }, '.items[name="a"].foo: field not declared in schema'],
    [{ count: 'x' }, '.count: expected numeric (int or float), got string'],
    [{ flag: 1 }, '.flag: expected boolean, got &value.valueUnstructured{Value:1}'],
    [{ items: [{ name: 'a' }, { name: 'a' }] }, '.items: duplicate entries for key [name="a"]'],
    [{ finalizers: ['a', 'a'] }, '.finalizers: duplicate entries for key [="a"]'],
    [{ finalizers: [{}] }, ".finalizers: element 0: associative list without keys has an element that's a map type"],
    [{ items: [null] }, '.items: element 0: associative list with keys may not have a null element'],
    [
      { count: 'x', flag: 'y' },
      'errors:\n  .count: expected numeric (int or float), got string\n  .flag: expected boolean, got &value.valueUnstructured{Value:y}',
    ],
  ]
  for (const [value, expected] of cases) assert.equal(wrongWith(shape, value), expected)
  assert.equal(wrongWith(shape, { finalizers: ['a', 'a'] }, true), undefined)
})

test('sets named when lists and objects were merged are put right when those became one value', () => {
  const before = { 'f:args': { 'v:"a"': {} }, 'f:selector': { '.': {}, 'f:app': {} }, 'f:labels': { 'f:a': {} } }
  assert.deepEqual(reconciled(shape, before), { 'f:args': {}, 'f:selector': {}, 'f:labels': { 'f:a': {} } })
  const right = { 'f:selector': {}, 'f:json': { 'f:a': { 'f:b': {} } } }
  assert.equal(reconciled(shape, right), right)
})
