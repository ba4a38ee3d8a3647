import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, type Random, seededRandom } from '../../../base/random.ts'
import {
  along,
  difference,
  type FieldSet,
  has,
  intersection,
  isEmpty,
  type Path,
  pathsOf,
  printPath,
  readSet,
  setOf,
  sorted,
  union,
} from './fieldSet.ts'

const paths = (set: FieldSet) => [...pathsOf(set)].map(path => path.join(' '))
const a: Path = ['f:a']
const ab: Path = ['f:a', 'f:b']
const abc: Path = ['f:a', 'f:b', 'f:c']
const d: Path = ['f:d']

test('a set has the form of its JSON: a member with more below it is marked', () => {
  assert.deepEqual(setOf(abc), { 'f:a': { 'f:b': { 'f:c': {} } } })
  assert.deepEqual(setOf(abc, a), { 'f:a': { '.': {}, 'f:b': { 'f:c': {} } } })
  assert.deepEqual(paths(setOf(d, abc, a)), ['f:a', 'f:a f:b f:c', 'f:d'])
  assert.deepEqual([has(setOf(abc, a), a), has(setOf(abc, a), ab), has(setOf(abc), [])], [true, false, false])
})

test('sets are joined, taken apart and met', () => {
  const cases: [FieldSet, FieldSet, { union: Path[]; difference: Path[]; whole: Path[]; intersection: Path[] }][] = [
    [setOf(a), setOf(ab), { union: [a, ab], difference: [a], whole: [a], intersection: [] }],
    [setOf(ab), setOf(a), { union: [a, ab], difference: [ab], whole: [], intersection: [] }],
    [setOf(a, ab), setOf(a), { union: [a, ab], difference: [ab], whole: [], intersection: [a] }],
    [setOf(a, abc, d), setOf(abc), { union: [a, abc, d], difference: [a, d], whole: [a, d], intersection: [abc] }],
    [setOf(a, abc, d), setOf(ab), { union: [a, ab, abc, d], difference: [a, abc, d], whole: [a, d], intersection: [] }],
    [setOf(), setOf(d), { union: [d], difference: [], whole: [], intersection: [] }],
  ]
  for (const [x, y, expected] of cases) {
    assert.deepEqual(union(x, y), setOf(...expected.union))
    assert.deepEqual(difference(x, y), setOf(...expected.difference))
    assert.deepEqual(difference(x, y, true), setOf(...expected.whole))
    assert.deepEqual(intersection(x, y), setOf(...expected.intersection))
  }
})

test('elements stand in the order of upstream: fields, keys, values, positions', () => {
  const elements = [
    'f:A',
    'f:a',
    'f:aa',
    'f:b',
    'f:\uffee',
    'f:\u{1f600}',
    'k:{"a":1}',
    'k:{"a":1,"b":"x"}',
    'k:{"a":2}',
    'k:{"a":10}',
    'k:{"a":"b"}',
    'k:{"b":"a"}',
    'v:1',
    'v:2.5',
    'v:10',
    'v:"1"',
    'v:"a"',
    'v:false',
    'v:true',
    'i:2',
    'i:10',
  ]
  const mixed = Object.fromEntries([...elements].reverse().map(element => [element, {}])) as FieldSet
  assert.deepEqual(Object.keys(sorted(mixed)), elements)
  const ordered = sorted(mixed)
  assert.equal(sorted(ordered), ordered)
  assert.equal(
    JSON.stringify(sorted({ 'f:b': { 'f:c': {}, '.': {} }, 'f:a': {} })),
    '{"f:a":{},"f:b":{".":{},"f:c":{}}}',
  )
})

test('paths are told as upstream tells them', () => {
  const path = ['f:spec', 'f:containers', 'k:{"containerPort":80,"name":"a"}', 'v:"x"', 'v:1', 'i:3', 'f:a.b/c']
  assert.equal(printPath(path), '.spec.containers[containerPort=80,name="a"][="x"][=1][3].a.b/c')
})

test('a set that is read is put right, and refused where it makes no sense', () => {
  const right: FieldSet = { 'f:a': { '.': {}, 'f:b': {} } }
  assert.equal(readSet(right), right)
  const cases: [unknown, unknown][] = [
    [null, {}],
    [{ 'x:a': {}, 'f:b': {} }, { 'f:b': {} }],
    [{ 'f:a': { 'x:b': {} } }, { 'f:a': {} }],
    [{ 'f:a': { '.': {} } }, { 'f:a': {} }],
    [{ 'f:a': null }, { 'f:a': {} }],
    [{ '.': {}, 'f:a': {} }, { 'f:a': {} }],
  ]
  for (const [given, expected] of cases) assert.deepEqual(readSet(given), expected)
  for (const wrong of [[], 'f:a', { a: {} }, { fa: {} }, { 'k:x': {} }, { 'i:x': {} }, { 'f:a': { 'v:{': {} } }])
    assert.throws(() => readSet(wrong), JSON.stringify(wrong))
})

test('what lies along paths is kept, with what is on the way', () => {
  const resources: Path = ['f:containers', 'k:{"name":"a"}', 'f:resources', 'f:cpu']
  const set = setOf(resources, ['f:containers', 'k:{"name":"a"}'], ['f:containers', 'k:{"name":"a"}', 'f:image'], d)
  assert.deepEqual(along(set, [['containers', '*', 'resources']]), setOf(resources, resources.slice(0, 2)))
  assert.ok(isEmpty(along(set, [['other']])))
})

test('random sets behave as sets of paths', () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = seededRandom(seed)
  for (let round = 0; round < 300; round++) {
    const [x, y] = [randomPaths(random), randomPaths(random)]
    const [setX, setY] = [setOf(...x.map(split)), setOf(...y.map(split))]
    const why = `seed ${seed}, round ${round}`
    const same = (set: FieldSet, expected: Iterable<string>) => {
      assert.deepEqual(paths(set).sort(), [...new Set(expected)].sort(), why)
      assert.deepEqual(readSet(JSON.parse(JSON.stringify(sorted(set)))), sorted(set), why)
    }
    same(union(setX, setY), [...x, ...y])
    same(intersection(setX, setY), new Set(x.filter(path => y.includes(path))))
    same(difference(setX, setY), new Set(x.filter(path => !y.includes(path))))
    const under = (path: string) => y.some(other => path === other || path.startsWith(`${other} `))
    same(difference(setX, setY, true), new Set(x.filter(path => !under(path))))
  }
})

const split = (path: string): Path => path.split(' ')
const alphabet = ['f:a', 'f:b', 'k:{"name":"x"}', 'v:1', 'i:0']

function randomPaths(random: Random): string[] {
  return Array.from({ length: integerBelow(random, 8) }, () =>
    Array.from({ length: 1 + integerBelow(random, 3) }, () => alphabet[integerBelow(random, alphabet.length)]).join(
      ' ',
    ),
  )
}
