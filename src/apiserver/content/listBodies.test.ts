import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigMap } from '../../api/index.ts'
import { unwrap } from '../../schema/codec/envelope.ts'
import { decodeProtobuf } from '../../schema/codec/protobuf.ts'
import type { Type } from '../../schema/types.ts'
import type { Listed, Stored } from '../contract.ts'
import { createListBodies } from './listBodies.ts'
import { listTypeOf } from './lists.ts'

const item = ConfigMap as Type<unknown>

const stored = (name: string, data: string): Stored => {
  const object = Object.freeze({ metadata: { name, resourceVersion: '1' }, data: { data } })
  return { key: name, revision: 1, json: Buffer.from(JSON.stringify(object)), object }
}

const list = (listed: Listed, resourceVersion: string) => ({
  ...{ kind: 'ConfigMapList', apiVersion: 'v1', item },
  metadata: { resourceVersion },
  listed,
})

const expected = (resourceVersion: string, ...items: readonly Stored[]) => ({
  metadata: { resourceVersion },
  items: items.map(({ object }) => object),
})

test('lists of any length are whole in both forms, asked for once or often', () => {
  const body = createListBodies()
  const [a, b] = [stored('a', 'x'), stored('b', 'y'.repeat(20_000))]
  for (const items of [[], [a], [a, b]])
    for (const listed of [
      { items, current: true },
      { items, current: false },
    ])
      for (const version of ['7', '8', '9']) {
        const json = JSON.parse(Buffer.concat(body(list(listed, version), 'json')).toString())
        assert.deepEqual(json, { kind: 'ConfigMapList', apiVersion: 'v1', ...expected(version, ...items) })
        const { kind, apiVersion, raw } = unwrap(Buffer.concat(body(list(listed, version), 'protobuf')))
        assert.deepEqual([kind, apiVersion], ['ConfigMapList', 'v1'])
        assert.partialDeepStrictEqual(decodeProtobuf(listTypeOf(item), raw), expected(version, ...items))
      }
})

test('the bytes of items are kept for the third who asks, as long as the list is current', () => {
  const body = createListBodies()
  const listed = { items: [stored('a', 'x')], current: true }
  const bytes = () => body(list(listed, '7'), 'json')[1]
  const [first, second, third] = [bytes(), bytes(), bytes()]
  assert.deepEqual([first === second, second === third], [false, true])
  listed.current = false
  assert.notEqual(bytes(), third)
})

test('what is kept is bounded: long lists are not, and the least used go first', () => {
  const body = createListBodies()
  const lists = Array.from({ length: 5 }, (_, i) => ({
    items: [stored('a', String(i).repeat((i === 0 ? 5 : 2.5) * 1024 * 1024))],
    current: true,
  }))
  const bytes = (i: number) => body(list(lists[i] as Listed, '7'), 'json')[1]
  const kept = (i: number) => {
    const before = bytes(i)
    return bytes(i) === before
  }
  for (const i of [0, 1, 2, 3, 4]) for (let times = 0; times < 3; times++) bytes(i)
  assert.deepEqual([kept(0), kept(4), kept(3), kept(2)], [false, true, true, true])
  const second = bytes(2)
  // The first of them made room for the last; asked for again, it takes the place of another.
  for (let times = 0; times < 3; times++) bytes(1)
  assert.deepEqual([bytes(2) === second, kept(1)], [true, true])
})
