import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTree } from '../../kv/tree.ts'
import type { Stored } from '../contract.ts'
import { createLists } from './lists.ts'

const stored = (key: string, revision: number): Stored => ({
  ...{ key, revision, json: new Uint8Array(0) },
  object: { metadata: { name: key } },
})

function kind(count = 0) {
  const tree = createTree<string, Stored>((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const lists = createLists(tree)
  const put = (key: string, revision = 1) => {
    lists.changed(key)
    tree.set(key, stored(key, revision))
  }
  for (let i = 0; i < count; i++) put(`/many/${i}`)
  return { lists, put }
}

const keys = (list: { readonly items: readonly Stored[] }) =>
  list.items.map(({ key, revision }) => `${key}@${revision}`)

test('a list is the same until an object in it changes', () => {
  const { lists, put } = kind()
  for (const key of ['/a/1', '/a/2', '/b/1']) put(key)
  const [all, a, b] = [lists.of('/'), lists.of('/a/'), lists.of('/b/')]
  assert.deepEqual([all, a, b].map(keys), [['/a/1@1', '/a/2@1', '/b/1@1'], ['/a/1@1', '/a/2@1'], ['/b/1@1']])
  assert.equal(lists.of('/a/'), a)
  put('/a/2', 2)
  assert.deepEqual([all.current, a.current, b.current], [false, false, true])
  assert.deepEqual(
    [keys(a), keys(lists.of('/a/'))],
    [
      ['/a/1@1', '/a/2@1'],
      ['/a/1@1', '/a/2@2'],
    ],
  )
  assert.equal(lists.of('/b/'), b)
})

test('only the latest few lists are remembered, and none that is very long', () => {
  const { lists } = kind(10_001)
  const first = lists.of('/many/1')
  assert.equal(first.current, true)
  for (const scope of ['/many/2', '/many/3', '/many/4', '/many/5']) lists.of(scope)
  assert.equal(first.current, false)
  assert.equal(lists.of('/many/').current, false)
  assert.equal(lists.of('/many/').items.length, 10_001)
})
