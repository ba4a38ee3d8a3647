import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, seededRandom } from '../base/random.ts'
import { createTree, type Tree } from './tree.ts'

const numbers = () => createTree<number, string>((a, b) => a - b)
const content = (tree: Tree<number, string>, from?: number) => {
  const found: [number, string][] = []
  tree.scan(from, (value, key) => found.push([key, value]) > 0)
  return found
}

test('random changes agree with a sorted map, in every fork', () => {
  const random = seededRandom(5)
  const pairs = [{ tree: numbers(), model: new Map<number, string>() }]
  for (let step = 0; step < 40_000; step++) {
    const { tree, model } = pairs[integerBelow(random, pairs.length)] as (typeof pairs)[number]
    const key = integerBelow(random, 3000)
    // Growing and shrinking in turns makes nodes split and merge.
    if (random() < (step % 20_000 < 10_000 ? 0.8 : 0.2)) {
      tree.set(key, `${step}`)
      model.set(key, `${step}`)
    } else {
      assert.equal(tree.delete(key), model.delete(key))
    }
    assert.equal(tree.size, model.size)
    assert.equal(tree.get(key), model.get(key))
    if (step % 8000 === 7999) pairs.push({ tree: tree.fork(), model: new Map(model) })
  }
  for (const { tree, model } of pairs) {
    const sorted = [...model].sort(([a], [b]) => a - b)
    assert.deepEqual(content(tree), sorted)
    assert.equal(tree.first(), sorted[0]?.[1])
    for (const from of [-1, 1500, 2999.5]) {
      assert.deepEqual(
        content(tree, from),
        sorted.filter(([key]) => key >= from),
      )
    }
  }
})

test('rising keys are found, and the lowest can be taken off until nothing is left', () => {
  const tree = numbers()
  for (let key = 0; key < 10_000; key++) tree.set(key, `${key}`)
  for (let key = 0; key < 10_000; key++) {
    assert.equal(tree.first(), `${key}`)
    assert.equal(tree.delete(key), true)
  }
  assert.deepEqual([tree.size, tree.first(), content(tree)], [0, undefined, []])
})

test('a scan ends when it is told to', () => {
  const tree = numbers()
  for (let key = 0; key < 1000; key++) tree.set(key, '')
  let visited = 0
  tree.scan(10, () => ++visited < 200)
  assert.equal(visited, 200)
})
