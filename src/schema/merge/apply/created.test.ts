import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Random, seededRandom } from '../../../base/random.ts'
import { kindsUnderTest } from '../../../testing/kinds.ts'
import { fromJson } from '../../codec/json.ts'
import { slotsOf, typeOf } from '../../codec/layout.ts'
import { zeroOf } from '../../codec/zero.ts'
import type { Type } from '../../types.ts'
import { compare, everythingIn } from './compare.ts'
import { createdFields } from './created.ts'
import { difference, isEmpty, setOf, sorted } from './fieldSet.ts'
import { shapeOf } from './shape.ts'

/** Some value of a type: any of its fields may be there. */
function someValue(type: Type, random: Random, depth = 0): unknown {
  if (type.form === 'list') {
    return Array.from({ length: depth > 6 ? 0 : Math.floor(random() * 3) }, () => someValue(type.of, random, depth + 1))
  }
  if (type.form === 'map') {
    const keys = ['b', 'a.b/c', 'é', 'A'].filter(() => depth < 7 && random() < 0.4)
    return Object.fromEntries(keys.map(key => [key, someValue(type.of, random, depth + 1)]))
  }
  if (type.form === 'scalar') return someScalar(type.scalar, random)
  const object: Record<string, unknown> = {}
  for (const { name, field } of slotsOf(type)) {
    if (name === 'managedFields' || random() > (depth < 2 ? 0.7 : 0.3) || depth > 7) continue
    const value = someValue(typeOf(field), random, depth + 1)
    if (value !== undefined) object[name] = value
  }
  return object
}

function someScalar(scalar: Extract<Type, { form: 'scalar' }>['scalar'], random: Random): unknown {
  const candidates: unknown[] = [['a', 'b', 'x<y'][Math.floor(random() * 3)], Math.floor(random() * 4), true]
  const timed = [...candidates, '2026-01-02T03:04:05Z', '1h', 'YWJj', { a: { b: [1] }, c: 'd' }]
  return timed.find(each => 'value' in scalar.parse(each))
}

test('what is noted of a new object is what a comparison with nothing finds', () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = seededRandom(seed)
  const excluded = setOf(['f:status'], ['f:metadata', 'f:name'])
  for (const { name, type } of kindsUnderTest) {
    for (let round = 0; round < 5; round++) {
      const value = fromJson(type, someValue(type, random))
      const shape = shapeOf(type)
      const why = `${name}, seed ${seed}`
      let expected: string | undefined
      try {
        const set = difference(everythingIn(compare(shape, zeroOf(type), value)), excluded, true)
        expected = isEmpty(set) ? '' : JSON.stringify(sorted(set))
      } catch {
        // An element of a list has no key: nothing is noted of such an object.
        continue
      }
      assert.equal(createdFields(shape, zeroOf(type), value, excluded), expected, why)
    }
  }
})
