import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, type Random, seededRandom } from '../../base/random.ts'
import * as basic from '../scalars/basic.ts'
import { intOrString } from '../scalars/intOrString.ts'
import { formatQuantity, quantity } from '../scalars/quantity.ts'
import { rawExtension } from '../scalars/raw.ts'
import { duration, formatDuration, formatMicroTime, formatTime, microTime, time } from '../scalars/time.ts'
import type { Field, ObjectType, Presence, Type } from '../types.ts'
import { decodeJson, encodeJson, fromJson } from './json.ts'
import { typeOf } from './layout.ts'
import { decodeProtobuf, encodeProtobuf } from './protobuf.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

const words = ['', 'a', 'Ünï€', '{"', '__proto__', '\u0000\n', 'x'.repeat(70), '😀', 'constructor']
const pick = <T>(random: Random, all: readonly T[]): T => all[integerBelow(random, all.length)] as T
const word = (random: Random) => pick(random, words) + pick(random, words)
const moment = (random: Random) => integerBelow(random, 2 ** 31) * 1000 + integerBelow(random, 1000)

/** Scalars with a maker of values in canonical form. */
const scalars: readonly (readonly [Type, (random: Random) => unknown])[] = [
  [basic.text as Type, word],
  [basic.bool as Type, random => random() < 0.5],
  [basic.int32 as Type, random => integerBelow(random, 2 ** 32) - 2 ** 31],
  [basic.int64 as Type, random => Math.floor((random() - 0.5) * 2 ** 53)],
  [basic.uint32 as Type, random => integerBelow(random, 2 ** 32)],
  [basic.uint64 as Type, random => Math.floor(random() * 2 ** 53)],
  [basic.double as Type, random => (random() - 0.5) * 1e10],
  [basic.bytes as Type, random => new TextEncoder().encode(word(random)).toBase64()],
  [time as Type, random => formatTime(moment(random))],
  [microTime as Type, random => formatMicroTime(moment(random))],
  [duration as Type, random => formatDuration(moment(random))],
  [
    quantity as Type,
    random =>
      formatQuantity({
        nano: BigInt(moment(random)) * 10n ** BigInt(integerBelow(random, 12)),
        format: pick(random, ['DecimalSI', 'BinarySI', 'DecimalExponent']),
      }),
  ],
  [intOrString as Type, random => (random() < 0.5 ? word(random) : integerBelow(random, 1000))],
  [rawExtension as Type, random => ({ [word(random)]: [word(random), null, { b: 1.5 }] })],
]

interface Made {
  readonly type: Type
  readonly make: (random: Random) => unknown
}

function randomType(random: Random, depth: number): Made {
  const form = depth > 3 ? 0 : integerBelow(random, 5)
  if (form < 2) {
    const [type, make] = pick(random, scalars)
    return { type, make }
  }
  if (form === 4) return randomObject(random, depth)
  const of = randomType(random, depth + 1)
  const size = (r: Random) => Array.from({ length: integerBelow(r, 4) })
  return form === 2
    ? { type: { form: 'list', of: of.type }, make: r => size(r).map(() => of.make(r)) }
    : { type: { form: 'map', of: of.type }, make: r => Object.fromEntries(size(r).map(() => [word(r), of.make(r)])) }
}

function randomObject(random: Random, depth: number): Made {
  const fields: Record<string, Field> = {}
  const makers: [string, Presence, (random: Random) => unknown, inline: boolean][] = []
  const count = 1 + integerBelow(random, 6)
  for (let index = 0; index < count; index++) {
    const { type, make } = randomType(random, depth + 1)
    const inline = type.form === 'object' && random() < 0.2
    const presence = inline ? 'always' : pick(random, ['value', 'pointer', 'always'] as const)
    const name = `f${depth}${index}${integerBelow(random, 1e6)}`
    fields[name] = {
      number: 1 + ((index * 7) % 31),
      type: random() < 0.5 ? type : () => type,
      presence,
      rules: [],
      inline,
    }
    makers.push([name, presence, make, inline])
  }
  const type: ObjectType = {
    form: 'object',
    name: 'io.k8s.random.v1.Thing',
    fields,
    root: false,
    atomic: false,
    rules: [],
  }
  const make = (r: Random) => {
    const value: Record<string, unknown> = {}
    for (const [name, presence, makeField, inline] of makers) {
      if (inline) Object.assign(value, makeField(r))
      else if (presence === 'always' || r() < 0.7) value[name] = makeField(r)
    }
    return value
  }
  return { type, make }
}

/** Protobuf cannot tell an empty list or map behind a pointer from none. */
function withoutEmptyPointers(type: Type, value: unknown): unknown {
  if (type.form === 'list') return (value as unknown[]).map(element => withoutEmptyPointers(type.of, element))
  if (type.form === 'scalar') return value
  const entries = Object.entries(value as object)
  if (type.form === 'map') return Object.fromEntries(entries.map(([k, v]) => [k, withoutEmptyPointers(type.of, v)]))
  const kept: Record<string, unknown> = {}
  for (const [name, held] of entries) {
    const field = allFields(type)[name] as Field
    const inner = typeOf(field)
    const isEmpty = (inner.form === 'list' || inner.form === 'map') && Object.keys(held as object).length === 0
    if (field.presence !== 'pointer' || !isEmpty) kept[name] = withoutEmptyPointers(inner, held)
  }
  return kept
}

function allFields(type: ObjectType): Record<string, Field> {
  const all: Record<string, Field> = {}
  for (const [name, field] of Object.entries(type.fields)) {
    const inner = typeOf(field)
    if (field.inline && inner.form === 'object') Object.assign(all, allFields(inner))
    else all[name] = field
  }
  return all
}

test(`any value of any type comes back from JSON and protobuf (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  for (let round = 0; round < 300; round++) {
    const { type, make } = randomObject(random, 0)
    for (let times = 0; times < 5; times++) {
      const value = fromJson(type, make(random))
      const text = encodeJson(type, value)
      assert.deepEqual(decodeJson(type, text), value)
      assert.equal(encodeJson(type, decodeJson(type, text)), text)
      const wire = fromJson(type, withoutEmptyPointers(type, value))
      for (const proto3 of [false, true]) {
        const bytes = encodeProtobuf(type, wire, { proto3 })
        assert.deepEqual(decodeProtobuf(type, bytes), wire)
        assert.deepEqual(encodeProtobuf(type, decodeProtobuf(type, bytes), { proto3 }), bytes)
      }
    }
  }
})

test(`damaged bytes are read or refused, never worse (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  for (let round = 0; round < 200; round++) {
    const { type, make } = randomObject(random, 0)
    const bytes = encodeProtobuf(type, fromJson(type, make(random)))
    for (let times = 0; times < 10 && bytes.length > 0; times++) {
      const damaged = bytes.slice()
      damaged[integerBelow(random, bytes.length)] = integerBelow(random, 256)
      try {
        decodeProtobuf(type, damaged)
      } catch (error) {
        assert.equal((error as Error).name, 'DecodeError', String((error as Error).stack))
      }
    }
  }
})
