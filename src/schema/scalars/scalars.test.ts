import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Type } from '../types.ts'
import { bytes, int32, int64, uint32 } from './basic.ts'
import { intOrString, scaledValue } from './intOrString.ts'
import { rawExtension, rawJson } from './raw.ts'
import {
  duration,
  formatDuration,
  formatMicroTime,
  formatTime,
  microTime,
  parseDuration,
  parseTime,
  time,
} from './time.ts'

function parse(type: Type<never>, json: unknown): unknown {
  if (type.form !== 'scalar') throw new TypeError('not a scalar')
  const parsed = type.scalar.parse(json)
  return 'value' in parsed ? { value: parsed.value } : parsed.error
}

const layout = '2006-01-02T15:04:05Z07:00'

test('scalars take what Go takes, make it canonical and refuse the rest in its words', async t => {
  const cases: [name: string, type: unknown, json: unknown, expected: unknown][] = [
    ['time', time, '2026-01-31T09:30:00Z', { value: '2026-01-31T09:30:00Z' }],
    ['time with a zone', time, '2026-01-31T00:30:00+02:30', { value: '2026-01-30T22:00:00Z' }],
    ['time with a fraction', time, '2026-01-31T09:30:00.999Z', { value: '2026-01-31T09:30:00Z' }],
    ['time in a leap year', time, '2024-02-29T00:00:00Z', { value: '2024-02-29T00:00:00Z' }],
    ['the zero time is unset', time, '0001-01-01T00:00:00Z', { value: '' }],
    ['time, day', time, '2026-02-29T00:00:00Z', 'parsing time "2026-02-29T00:00:00Z": day out of range'],
    ['time, hour', time, '2026-02-20T24:00:00Z', 'parsing time "2026-02-20T24:00:00Z": hour out of range'],
    ['time, month', time, '2026-13-20T00:00:00Z', 'parsing time "2026-13-20T00:00:00Z": month out of range'],
    ['time, no text', time, 5, 'json: cannot unmarshal number into Go value of type string'],
    ['time, other text', time, 'now', `parsing time "now" as "${layout}": cannot parse "now" as "2006"`],
    ['time, date only', time, '2026-01-01', `parsing time "2026-01-01" as "${layout}": cannot parse "" as "T"`],
    [
      'time, no zone',
      time,
      '2026-01-01T00:00:00',
      `parsing time "2026-01-01T00:00:00" as "${layout}": cannot parse "" as "Z07:00"`,
    ],
    ['time, more', time, '2026-01-01T00:00:00Zx', 'parsing time "2026-01-01T00:00:00Zx": extra text: "x"'],
    ['microTime', microTime, '2026-01-31T09:30:00.000001+01:00', { value: '2026-01-31T08:30:00.000001Z' }],
    [
      'microTime wants six digits',
      microTime,
      '2026-01-31T09:30:00Z',
      'parsing time "2026-01-31T09:30:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    ],
    ['duration', duration, '90m', { value: '1h30m0s' }],
    ['duration in parts', duration, '-1.5h10ms', { value: '-1h30m0.01s' }],
    ['duration, small', duration, '1us', { value: '1µs' }],
    ['duration, zero', duration, '0', { value: '0s' }],
    ['duration, no unit', duration, '5', 'time: missing unit in duration "5"'],
    ['duration, unknown unit', duration, '5d', 'time: unknown unit "d" in duration "5d"'],
    ['duration, other text', duration, 'x', 'time: invalid duration "x"'],
    ['duration, empty', duration, '', 'time: invalid duration ""'],
    ['duration, too long', duration, '9999999h', 'time: invalid duration "9999999h"'],
    ['int or string, number', intOrString, 80, { value: 80 }],
    ['int or string, text', intOrString, '80', { value: '80' }],
    ['int or string, neither', intOrString, true, 'json: cannot unmarshal bool into Go value of type int32'],
    ['int or string, fraction', intOrString, 1.5, 'json: cannot unmarshal number 1.5 into Go value of type int32'],
    ['int32, largest', int32, 2 ** 31 - 1, { value: 2 ** 31 - 1 }],
    ['int32, smallest', int32, -(2 ** 31), { value: -(2 ** 31) }],
    ['int32, larger', int32, 2 ** 31, 'expected integer, got number'],
    ['int64, larger than int32', int64, 2 ** 40, { value: 2 ** 40 }],
    ['uint32, negative', uint32, -1, 'expected integer, got number'],
    ['bytes', bytes, 'AQ==\n', { value: 'AQ==' }],
    ['bytes, short', bytes, 'AQ', 'illegal base64 data at input byte 0'],
    ['object', rawExtension, { a: 1 }, { value: { a: 1 } }],
    ['object, list', rawExtension, [], { value: [] }],
    ['any JSON', rawJson, [1, 'a'], { value: [1, 'a'] }],
  ]
  for (const [name, type, json, expected] of cases) {
    await t.test(name, () => assert.deepEqual(parse(type as Type<never>, json), expected))
  }
})

test('times and durations are numbers of milliseconds outside of objects', () => {
  assert.equal(parseTime('1970-01-01T00:00:01.5Z'), 1500)
  assert.equal(formatTime(1500), '1970-01-01T00:00:01Z')
  assert.equal(formatMicroTime(1500.25), '1970-01-01T00:00:01.500250Z')
  assert.equal(formatMicroTime(parseTime('2026-05-05T05:05:05.123456Z')), '2026-05-05T05:05:05.123456Z')
  assert.equal(formatMicroTime(-1), '1969-12-31T23:59:59.999000Z')
  assert.throws(() => parseTime(''), RangeError)
  assert.equal(parseDuration('1m1.5s'), 61_500)
  assert.equal(formatDuration(61_500), '1m1.5s')
  assert.throws(() => parseDuration('soon'), RangeError)
})

test('a percentage is a share of the total, rounded as asked', async t => {
  const cases: [value: number | string, total: number, up: boolean, expected: number][] = [
    [3, 10, true, 3],
    ['25%', 10, true, 3],
    ['25%', 10, false, 2],
    ['100%', 7, false, 7],
    ['0%', 7, true, 0],
    ['29%', 100, false, 29],
  ]
  for (const [value, total, up, expected] of cases) {
    await t.test(`${value} of ${total}`, () => assert.equal(scaledValue(value, total, up), expected))
  }
  assert.throws(() => scaledValue('3', 10, true), {
    message: 'invalid value for IntOrString: invalid type: string is not a percentage',
  })
  assert.throws(() => scaledValue('x%', 10, true), { message: 'invalid value for IntOrString: invalid value "x%"' })
})

test('the calendar is that of Date', () => {
  for (let days = -719_528; days < 2_932_896; days += 97) {
    const ms = days * 86_400_000 + ((days * 7919) % 86_400) * 1000
    const text = `${new Date(ms).toISOString().slice(0, 19)}Z`
    if (!/^\d{4}-/.test(text)) continue
    assert.equal(formatTime(ms), text)
    assert.equal(parseTime(text), ms)
  }
  assert.throws(() => formatTime(2 ** 60), RangeError)
  assert.throws(() => formatTime(Number.NaN), RangeError)
})
