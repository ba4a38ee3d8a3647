import { A, B, fn, type Library, method, type Overload } from '../check/environment.ts'
import { standardMacros } from '../syntax/macros.ts'
import {
  bool,
  bytes,
  double,
  duration,
  dyn,
  int,
  list,
  map,
  nullType,
  string,
  type Type,
  timestamp,
  typeOfType,
  typeType,
  uint,
} from '../types.ts'
import { add, divide, find, modulo, multiply, negate, subtract } from '../values/arithmetic.ts'
import { contains, shown } from '../values/collections.ts'
import { compare } from '../values/compare.ts'
import { toBool, toBytes, toDouble, toDuration, toInt, toText, toTimestamp, toUint } from '../values/convert.ts'
import { equal } from '../values/equal.ts'
import { CelError, List, type Mapping, sizeOf, TypeValue, typeOf, type Value } from '../values/value.ts'
import { matching } from './regex.ts'

const listA = list(A)
const mapAB = map(A, B)

/** A form that the interpreter carries out itself, so that its arguments need not all be evaluated. */
const own = (): never => {
  throw new Error('the interpreter carries this out itself')
}

type Row = readonly [id: string, args: readonly Type[], result: Type]
const table = (call: Overload['call'], rows: readonly Row[]): Overload[] =>
  rows.map(([id, args, result]) => fn(id, args, result, call))

const ordered = (word: string, holds: (order: number) => boolean): Overload[] => {
  const call = (a: Value, b: Value): boolean => holds(compare(a, b))
  const same: readonly (readonly [string, Type])[] = [
    ['bool', bool],
    ['int64', int],
    ['uint64', uint],
    ['double', double],
    ['string', string],
    ['bytes', bytes],
    ['timestamp', timestamp],
    ['duration', duration],
  ]
  const numbers = same.slice(1, 4)
  return [
    ...same.map(([name, type]) => fn(`${word}_${name}`, [type, type], bool, call)),
    ...numbers.flatMap(([a, left]) =>
      numbers.flatMap(([b, right]) => (a === b ? [] : [fn(`${word}_${a}_${b}`, [left, right], bool, call)])),
    ),
  ]
}

const index = (container: Value, key: Value): Value => {
  const found = find(container, key)
  if (found === undefined)
    throw new CelError(container instanceof List ? `index out of bounds: ${shown(key)}` : `no such key: ${shown(key)}`)
  return found
}

const size = (value: Value): bigint => BigInt(sizeOf(value))
const sized: readonly (readonly [string, Type])[] = [
  ['bytes', bytes],
  ['list', listA],
  ['map', mapAB],
  ['string', string],
]

/** Operators, conversions and the few functions of the language itself. */
export const standard: Library = {
  macros: standardMacros,
  types: {
    bool,
    bytes,
    double,
    int,
    list: list(dyn),
    map: map(dyn, dyn),
    null_type: nullType,
    string,
    type: typeType,
    uint,
    'google.protobuf.Duration': duration,
    'google.protobuf.Timestamp': timestamp,
  },
  functions: {
    '_?_:_': [fn('conditional', [bool, A, A], A, own)],
    '_&&_': [fn('logical_and', [bool, bool], bool, own)],
    '_||_': [fn('logical_or', [bool, bool], bool, own)],
    '@not_strictly_false': [fn('not_strictly_false', [bool], bool, own)],
    '!_': [fn('logical_not', [bool], bool, value => !value)],
    '_==_': [fn('equals', [A, A], bool, equal)],
    '_!=_': [fn('not_equals', [A, A], bool, (a, b) => !equal(a, b))],
    '_+_': table(add, [
      ['add_bytes', [bytes, bytes], bytes],
      ['add_double', [double, double], double],
      ['add_duration_duration', [duration, duration], duration],
      ['add_duration_timestamp', [duration, timestamp], timestamp],
      ['add_timestamp_duration', [timestamp, duration], timestamp],
      ['add_int64', [int, int], int],
      ['add_list', [listA, listA], listA],
      ['add_string', [string, string], string],
      ['add_uint64', [uint, uint], uint],
    ]),
    '_-_': table(subtract, [
      ['subtract_double', [double, double], double],
      ['subtract_duration_duration', [duration, duration], duration],
      ['subtract_int64', [int, int], int],
      ['subtract_timestamp_duration', [timestamp, duration], timestamp],
      ['subtract_timestamp_timestamp', [timestamp, timestamp], duration],
      ['subtract_uint64', [uint, uint], uint],
    ]),
    '_*_': table(multiply, [
      ['multiply_double', [double, double], double],
      ['multiply_int64', [int, int], int],
      ['multiply_uint64', [uint, uint], uint],
    ]),
    '_/_': table(divide, [
      ['divide_double', [double, double], double],
      ['divide_int64', [int, int], int],
      ['divide_uint64', [uint, uint], uint],
    ]),
    '_%_': table(modulo, [
      ['modulo_int64', [int, int], int],
      ['modulo_uint64', [uint, uint], uint],
    ]),
    '-_': table(negate, [
      ['negate_double', [double], double],
      ['negate_int64', [int], int],
    ]),
    '_<_': ordered('less', order => order < 0),
    '_<=_': ordered('less_equals', order => order <= 0),
    '_>_': ordered('greater', order => order > 0),
    '_>=_': ordered('greater_equals', order => order >= 0),
    '_[_]': table(index, [
      ['index_list', [listA, int], A],
      ['index_map', [mapAB, A], B],
    ]),
    '@in': [
      fn('in_list', [A, listA], bool, (wanted, values) => contains(values as List, wanted)),
      fn('in_map', [A, mapAB], bool, (key, values) => (values as Mapping).get(key) !== undefined),
    ],
    size: sized.flatMap(([name, type]) => [
      fn(`size_${name}`, [type], int, size),
      method(`${name}_size`, [type], int, size),
    ]),
    type: [fn('type', [A], typeOfType(A), value => new TypeValue(typeOf(value)))],
    dyn: [fn('to_dyn', [A], dyn, value => value)],
    bool: table(toBool, [
      ['bool_to_bool', [bool], bool],
      ['string_to_bool', [string], bool],
    ]),
    bytes: table(toBytes, [
      ['bytes_to_bytes', [bytes], bytes],
      ['string_to_bytes', [string], bytes],
    ]),
    double: table(toDouble, [
      ['double_to_double', [double], double],
      ['int64_to_double', [int], double],
      ['string_to_double', [string], double],
      ['uint64_to_double', [uint], double],
    ]),
    duration: table(toDuration, [
      ['duration_to_duration', [duration], duration],
      ['int64_to_duration', [int], duration],
      ['string_to_duration', [string], duration],
    ]),
    int: table(toInt, [
      ['int64_to_int64', [int], int],
      ['double_to_int64', [double], int],
      ['duration_to_int64', [duration], int],
      ['string_to_int64', [string], int],
      ['timestamp_to_int64', [timestamp], int],
      ['uint64_to_int64', [uint], int],
    ]),
    string: table(toText, [
      ['string_to_string', [string], string],
      ['bool_to_string', [bool], string],
      ['bytes_to_string', [bytes], string],
      ['double_to_string', [double], string],
      ['duration_to_string', [duration], string],
      ['int64_to_string', [int], string],
      ['timestamp_to_string', [timestamp], string],
      ['uint64_to_string', [uint], string],
    ]),
    timestamp: table(toTimestamp, [
      ['timestamp_to_timestamp', [timestamp], timestamp],
      ['int64_to_timestamp', [int], timestamp],
      ['string_to_timestamp', [string], timestamp],
    ]),
    uint: table(toUint, [
      ['uint64_to_uint64', [uint], uint],
      ['double_to_uint64', [double], uint],
      ['int64_to_uint64', [int], uint],
      ['string_to_uint64', [string], uint],
    ]),
    contains: [method('contains_string', [string, string], bool, (a, b) => (a as string).includes(b as string))],
    endsWith: [method('ends_with_string', [string, string], bool, (a, b) => (a as string).endsWith(b as string))],
    startsWith: [method('starts_with_string', [string, string], bool, (a, b) => (a as string).startsWith(b as string))],
    matches: matching,
  },
}
