import { A, B, fn, type Library } from '../check/environment.ts'
import { map } from '../types.ts'
import { EntryMap, mapOf } from '../values/collections.ts'
import type { Mapping, Value } from '../values/value.ts'
import { pairMacros } from './pairMacros.ts'

const mapAB = map(A, B)

const grown = (target: Value, added: Iterable<readonly [Value, Value]>): Value =>
  target instanceof EntryMap ? target.with(added) : mapOf([...entries(target as Mapping), ...added])

function* entries(mapping: Mapping): Generator<readonly [Value, Value]> {
  for (const key of mapping.keys()) yield [key, mapping.get(key) ?? null]
}

/** Loops over two variables, and how the ones that make maps grow them. */
export const pairs: Library = {
  macros: pairMacros,
  functions: {
    'cel.@mapInsert': [
      fn('@mapInsert_map_key_value', [mapAB, A, B], mapAB, (target, key, value) => grown(target, [[key, value]])),
      fn('@mapInsert_map_map', [mapAB, mapAB], mapAB, (target, added) => grown(target, entries(added as Mapping))),
    ],
  },
}
