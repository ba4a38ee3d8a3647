import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextTime, parseSchedule } from './schedule.ts'
import { openZone, utc } from './timeZone.ts'

const next = (text: string, after: string, zone = 'UTC'): string | undefined => {
  const schedule = parseSchedule(text)
  assert.ok(typeof schedule === 'object', String(schedule))
  const time = nextTime(schedule, Date.parse(after), openZone(zone) ?? utc)
  return time === undefined ? undefined : new Date(time).toISOString().replace('.000', '')
}

test('a schedule is due at the next minute that matches', () => {
  const cases: [schedule: string, after: string, next: string | undefined][] = [
    ['* * * * *', '2026-01-31T09:30:00Z', '2026-01-31T09:31:00Z'],
    ['* * * * *', '2026-01-31T09:30:59.5Z', '2026-01-31T09:31:00Z'],
    ['*/15 * * * *', '2026-01-31T09:30:00Z', '2026-01-31T09:45:00Z'],
    ['5/20 * * * ?', '2026-01-31T09:46:00Z', '2026-01-31T10:05:00Z'],
    ['0 9-17/4 * * mon-fri', '2026-01-30T18:00:00Z', '2026-02-02T09:00:00Z'],
    ['0 0 31 * *', '2026-01-31T09:30:00Z', '2026-03-31T00:00:00Z'],
    ['0 0 29 feb *', '2026-01-31T09:30:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 30 2 *', '2026-01-31T09:30:00Z', undefined],
    // Day and weekday are either one, unless one of them is a star.
    ['0 0 13 * 5', '2026-02-01T00:00:00Z', '2026-02-06T00:00:00Z'],
    ['0 0 */2 * 5', '2026-02-01T00:00:00Z', '2026-02-03T00:00:00Z'],
    ['0 0 * * 5', '2026-02-01T00:00:00Z', '2026-02-06T00:00:00Z'],
    ['@yearly', '2026-01-31T09:30:00Z', '2027-01-01T00:00:00Z'],
    ['@weekly', '2026-01-31T09:30:00Z', '2026-02-01T00:00:00Z'],
    ['@hourly', '2026-01-31T09:30:00Z', '2026-01-31T10:00:00Z'],
    ['@every 1h30m', '2026-01-31T09:30:00.7Z', '2026-01-31T11:00:00Z'],
    ['@every 10ms', '2026-01-31T09:30:00Z', '2026-01-31T09:30:01Z'],
    ['CRON_TZ=Asia/Tokyo 0 0 * * *', '2026-01-31T09:30:00Z', '2026-01-31T15:00:00Z'],
  ]
  for (const [schedule, after, due] of cases) assert.equal(next(schedule, after), due, `${schedule} after ${after}`)
})

test('times on the wall clock that are left out are missed, those that come twice are due twice', () => {
  const zone = 'America/New_York'
  assert.equal(next('30 2 * * *', '2026-03-07T12:00:00Z', zone), '2026-03-09T06:30:00Z')
  assert.equal(next('30 1 * * *', '2026-11-01T04:00:00Z', zone), '2026-11-01T05:30:00Z')
  assert.equal(next('30 1 * * *', '2026-11-01T05:30:00Z', zone), '2026-11-01T06:30:00Z')
  assert.equal(next('30 1 * * *', '2026-11-01T06:30:00Z', zone), '2026-11-02T06:30:00Z')
  // In Brazil clocks were changed at midnight: the 4th of November began at one o'clock.
  assert.equal(next('0 0 * * *', '2018-11-03T12:00:00Z', 'America/Sao_Paulo'), '2018-11-05T02:00:00Z')
  assert.equal(next('0 1 4 * *', '2018-11-03T12:00:00Z', 'America/Sao_Paulo'), '2018-11-04T03:00:00Z')
  // In Cuba midnight comes twice.
  assert.equal(next('0 0 1 11 *', '2026-10-30T12:00:00Z', 'America/Havana'), '2026-11-01T04:00:00Z')
  assert.equal(next('0 0 * * *', '2026-01-01T00:00:00Z', 'Asia/Kolkata'), '2026-01-01T18:30:00Z')
})

test('what is wrong with a schedule is told in the words of the library that upstream uses', () => {
  const atoi = (text: string, why = 'invalid syntax') =>
    `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": ${why}`
  const cases: [schedule: string, problem: string][] = [
    ['', 'empty spec string'],
    [' ', 'expected exactly 5 fields, found 0: []'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['30-10 * * * *', 'beginning of range (30) beyond end of range (10): 30-10'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['x * * * *', atoi('x')],
    ['-1 * * * *', atoi('')],
    ['99999999999999999999 * * * *', atoi('99999999999999999999', 'value out of range')],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['@sometimes', 'unrecognized descriptor: @sometimes'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
    ['TZ=Moon/Base * * * * *', 'provided bad location Moon/Base: unknown time zone Moon/Base'],
  ]
  for (const [schedule, problem] of cases) assert.equal(parseSchedule(schedule), problem)
})
