import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { slotsOf, typeOf } from '../schema/codec/layout.ts'
import { type Shape, shapeOf } from '../schema/merge/apply/index.ts'
import type { ObjectType, Type } from '../schema/types.ts'
import { resources } from './index.ts'

/** By definition and field, what is not merged as its form says: upstream's schema of server-side apply. */
const golden: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(new URL('../../test/golden/apply.json', import.meta.url), 'utf8'),
)

function* objectsIn(type: Type, seen: Set<Type>): Generator<ObjectType> {
  if (type.form === 'list' || type.form === 'map') yield* objectsIn(type.of, seen)
  if (type.form !== 'object' || seen.has(type)) return
  seen.add(type)
  yield type
  for (const { field } of slotsOf(type)) yield* objectsIn(typeOf(field), seen)
}

function merging(type: ObjectType): Record<string, string> {
  const { map } = shapeOf(type)
  const told: Record<string, string> = map?.atomic ? { '.': 'atomic' } : {}
  for (const { name, field } of slotsOf(type)) {
    const shape = map?.fields.get(name)?.shape
    const word = shape && wordFor(shape, typeOf(field), field.mapType !== undefined)
    if (word) told[name] = word
  }
  return told
}

function wordFor({ scalar, list, map }: Shape, type: Type, saysSo: boolean): string | undefined {
  if (scalar) return undefined
  if (list) return list.atomic ? undefined : list.keys.length > 0 ? `map:${list.keys.join(',')}` : 'set'
  if (type.form === 'map') return map?.atomic ? 'atomic' : undefined
  return saysSo ? (map?.atomic ? 'atomic' : 'granular') : undefined
}

test('lists, maps and objects of all kinds merge as upstream has them', () => {
  const seen = new Set<Type>()
  const types = resources.flatMap(({ type, versions = [] }) => [type, ...versions.map(version => version.type)])
  for (const root of types) {
    for (const type of objectsIn(root, seen)) {
      const expected = golden[type.name]
      // Upstream tells of kinds that are stored; what has nothing to say of merging is not in the list either.
      if (expected) assert.deepEqual(merging(type), { ...expected }, type.name)
    }
  }
  assert.ok(seen.size > 100)
})
