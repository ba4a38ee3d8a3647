import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bool,
  bytes,
  double,
  duration,
  fields,
  int32,
  int64,
  intOrString,
  list,
  listOf,
  map,
  microTime,
  object,
  one,
  quantity,
  root,
  string,
  stringMap,
  strings,
  time,
  uint64,
} from '../fields.ts'
import { int32 as int32Type, text } from '../scalars/basic.ts'
import { rawExtension } from '../scalars/raw.ts'
import type { RootShape, Shape, Type } from '../types.ts'
import { DecodeError } from './decodeError.ts'
import { isEnveloped, unwrap, wrap } from './envelope.ts'
import { decodeProtobuf, encodeProtobuf } from './protobuf.ts'

const hex = (bytes: Uint8Array) => bytes.toHex()
const ofHex = (text: string) => Uint8Array.fromHex(text.replaceAll(' ', ''))

const single = (field: ReturnType<typeof fields>[string]): Type<{ f?: unknown }> => object('t', fields({ f: field }))
const inner: Type<{ a?: string }> = object('inner', fields({ a: string(1) }))
const embedded: Type<{ b?: string }> = object(
  'embedded',
  fields({ b: string(1, { pointer: true }), c: int32(2, { pointer: true }) }),
)

test('each form of field has the bytes gogo writes', async t => {
  const cases: [name: string, type: Type<{ f?: unknown }>, value: unknown, bytes: string][] = [
    ['text by value', single(string(1)), 'ab', '0a 02 61 62'],
    ['text by value, empty', single(string(1)), undefined, '0a 00'],
    ['text behind a pointer, absent', single(string(1, { pointer: true })), undefined, ''],
    ['text behind a pointer, empty', single(string(1, { pointer: true })), '', '0a 00'],
    ['text beyond ASCII', single(string(1)), 'ü€', '0a 05 c3 bc e2 82 ac'],
    ['a number by value', single(int32(2)), 300, '10 ac 02'],
    ['a number by value, zero', single(int32(2)), undefined, '10 00'],
    ['a negative number', single(int32(2)), -1, '10 ff ff ff ff ff ff ff ff ff 01'],
    ['a number beyond 32 bits', single(int64(2)), 2 ** 40, '10 80 80 80 80 80 20'],
    ['a high field number', single(bool(1000)), true, 'c0 3e 01'],
    ['a double', single(double(1)), 1.5, '09 00 00 00 00 00 00 f8 3f'],
    ['bytes', single(bytes(1)), 'AQI=', '0a 02 01 02'],
    ['bytes by value, none', single(bytes(1)), undefined, ''],
    ['an object by value, empty', single(one(3, inner, { always: true })), {}, '1a 02 0a 00'],
    ['an object behind a pointer, absent', single(one(3, inner, { pointer: true })), undefined, ''],
    ['a list of text', single(strings(1)), ['a', ''], '0a 01 61 0a 00'],
    ['a list of objects', single(list(1, inner)), [{ a: 'x' }, {}], '0a 03 0a 01 78 0a 02 0a 00'],
    [
      'a map is sorted by key',
      single(stringMap(1)),
      { b: '2', a: '1' },
      '0a 06 0a 01 61 12 01 31 0a 06 0a 01 62 12 01 32',
    ],
    ['a map of lists', single(map(1, listOf(text))), { k: ['a', 'b'] }, '0a 0b 0a 01 6b 12 06 0a 01 61 0a 01 62'],
    ['a wrapped list', single(strings(1, { wrapped: true })), ['a'], '0a 03 0a 01 61'],
    ['a time', single(time(1)), '1970-01-01T00:00:01Z', '0a 04 08 01 10 00'],
    ['a time that is not set', single(time(1)), undefined, '0a 00'],
    ['a time with microseconds', single(microTime(1)), '1970-01-01T00:00:01.000002Z', '0a 05 08 01 10 d0 0f'],
    ['a duration', single(duration(1, { always: true })), '1µs', '0a 03 08 e8 07'],
    ['a quantity', single(quantity(1, { always: true })), '100m', '0a 06 0a 04 31 30 30 6d'],
    ['a quantity by value, zero', single(quantity(1, { always: true })), '0', '0a 03 0a 01 30'],
    ['a number of either kind', single(intOrString(1, { always: true })), 80, '0a 06 08 00 10 50 1a 00'],
    ['a text of either kind', single(intOrString(1, { always: true })), 'x', '0a 07 08 01 10 00 1a 01 78'],
    ['raw JSON', single(one(1, rawExtension, { always: true })), { a: 1 }, '0a 09 0a 07 7b 22 61 22 3a 31 7d'],
    ['raw JSON, none', single(one(1, rawExtension, { always: true })), null, '0a 00'],
  ]
  for (const [name, type, value, expected] of cases) {
    await t.test(name, () => {
      const given = value === undefined ? {} : { f: value }
      const encoded = encodeProtobuf(type, given)
      assert.equal(hex(encoded), expected.replaceAll(' ', ''))
      assert.deepEqual(decodeProtobuf(type, encoded), given)
    })
  }
})

const outer = fields({ name: string(1), embedded: one(2, embedded, { inline: true, always: true }), size: uint64(3) })
const Outer: Type<Shape<typeof outer> & { b?: string; c?: number }> = object('outer', outer)

test('an inline object is nested, though its fields stand in the parent', () => {
  const value = { name: 'n', b: 'x', c: 0, size: 2 ** 53 }
  const encoded = encodeProtobuf(Outer, value as never)
  assert.equal(hex(encoded), '0a016e12050a0178100018' + '8080808080808010')
  assert.deepEqual(decodeProtobuf(Outer, encoded), value)
})

test('proto3 leaves out zero and empty, and packs numbers', () => {
  const numbers = fields({
    n: list(1, int32Type),
    s: string(2),
    o: one(3, inner, { always: true }),
    p: one(4, inner, { pointer: true }),
    z: int32(5),
    d: double(6),
  })
  const type: Type<Shape<typeof numbers>> = object('numbers', numbers)
  const encoded = encodeProtobuf(type, { n: [1, 300], p: {}, o: {} }, { proto3: true })
  assert.equal(hex(encoded), '0a0301ac022200')
  assert.deepEqual(decodeProtobuf(type, encoded), { n: [1, 300], p: {}, o: {} })
  assert.equal(hex(encodeProtobuf(type, { n: [1], o: {} })), '08011200' + '1a020a00' + '2800' + '310000000000000000')
  assert.deepEqual(
    decodeProtobuf(type, ofHex('0801 0802 0a020304')),
    { n: [1, 2, 3, 4], o: {} },
    'packed and unpacked may be mixed',
  )
})

test('what the type does not know is skipped', () => {
  const type = single(string(1))
  assert.deepEqual(
    decodeProtobuf(type, ofHex('10 01  19 0102030405060708  22 02 0000  2d 01020304  33 10 01 34  0a 01 61')),
    { f: 'a' },
  )
})

test('malformed bytes are refused', async t => {
  const nest: Type<unknown> = object('nest', fields({ f: one(1, (): Type<unknown> => nest, { pointer: true }) }))
  let deep = new Uint8Array(0)
  for (let level = 0; level < 1200; level++) {
    const length = deep.length < 128 ? [deep.length] : [(deep.length & 127) | 128, deep.length >> 7]
    deep = Uint8Array.of(10, ...length, ...deep)
  }
  const cases: [name: string, type: Type<never>, bytes: Uint8Array, message: string][] = [
    ['a length beyond the end', single(string(1)) as never, ofHex('0a 05 61'), 'proto: unexpected EOF'],
    ['a huge length', single(string(1)) as never, ofHex('0a ff ff ff ff 7f'), 'proto: unexpected EOF'],
    ['a number that does not end', single(int32(1)) as never, ofHex('08 ff'), 'proto: unexpected EOF'],
    [
      'a number of eleven bytes',
      single(int64(1)) as never,
      ofHex('08 ffffffffffffffffffffff01'),
      'proto: integer overflow',
    ],
    ['tag zero', single(int32(1)) as never, ofHex('00'), 'proto: illegal tag 0 (wire type 0)'],
    ['the wrong wire kind', single(int32(1)) as never, ofHex('0a 00'), 'proto: wrong wireType = 2 for field f'],
    ['an unknown wire kind', single(int32(1)) as never, ofHex('17'), 'proto: illegal wireType 7'],
    [
      'text that is no UTF-8',
      single(string(1)) as never,
      ofHex('0a 01 ff'),
      'proto: string field contains invalid UTF-8',
    ],
    [
      'raw JSON that is none',
      single(one(1, rawExtension)) as never,
      ofHex('0a 03 0a 01 7b'),
      `proto: raw value is no JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)`,
    ],
    ['nesting without end', nest as never, deep, 'proto: exceeded max depth'],
    ['groups without end', single(int32(1)) as never, new Uint8Array(100_000).fill(0x13), 'proto: illegal wireType 3'],
  ]
  for (const [name, type, bytes, message] of cases) {
    await t.test(name, () => assert.throws(() => decodeProtobuf(type, bytes), new DecodeError('', message)))
  }
})

test('the envelope tells the kind of what it holds', () => {
  const raw = Uint8Array.of(1, 2, 3)
  const bytes = wrap({ apiVersion: 'v1', kind: 'Pod' }, raw)
  assert.equal(hex(bytes), '6b387300' + '0a09' + '0a027631' + '1203506f64' + '1203010203' + '1a00' + '2200')
  assert.deepEqual(unwrap(bytes), { apiVersion: 'v1', kind: 'Pod', raw })
  assert.equal(isEnveloped(raw), false)
  assert.throws(() => unwrap(raw), DecodeError)
  assert.throws(() => unwrap(bytes.subarray(0, 9)), new DecodeError('', 'proto: unexpected EOF'))
})

const thing = fields({ metadata: one(1, inner, { always: true }) })
const Thing: Type<RootShape<typeof thing>> = root('Thing', thing)

test('the message of a kind holds neither apiVersion nor kind', () => {
  const bytes = encodeProtobuf(Thing, { apiVersion: 'v1', kind: 'Thing', metadata: { a: 'x' } })
  assert.equal(hex(bytes), '0a030a0178')
  assert.deepEqual(decodeProtobuf(Thing, bytes), { metadata: { a: 'x' } })
})
