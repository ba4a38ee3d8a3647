import { type Library, method, type Overload } from '../check/environment.ts'
import { duration, int, string, timestamp } from '../types.ts'
import { dateOf } from '../values/time.ts'
import { CelError, type Duration, type Timestamp, type Value } from '../values/value.ts'

const day = 86_400_000
const million = 1_000_000n

type Part = (date: Date, nanos: bigint) => number

/** The function of a timestamp, in UTC or where the second argument says. */
const forms = (id: string, part: Part): Overload[] => {
  const call = (value: Value, zone: Value = 'UTC'): bigint => {
    const { nanos } = value as Timestamp
    return BigInt(part(shifted(dateOf(nanos), zone as string), nanos))
  }
  return [
    method(`timestamp_to_${id}`, [timestamp], int, call),
    method(`timestamp_to_${id}_with_tz`, [timestamp, string], int, call),
  ]
}

/** The date whose UTC fields are those of the wall clock in a zone: a name or `+02:00`. */
function shifted(date: Date, zone: string): Date {
  if (zone === 'UTC' || zone === '') return date
  if (!zone.includes(':')) return new Date(date.getTime() + zoneOffset(date, zone))
  const [hours = '', minutes = ''] = zone.split(':', 2)
  if (!/^[+-]?\d+$/.test(hours) || !/^[+-]?\d+$/.test(minutes))
    throw new CelError(`strconv.Atoi: parsing "${/^[+-]?\d+$/.test(hours) ? minutes : hours}": invalid syntax`)
  const offset = Number(hours) * 60 + Number(minutes) * (zone.startsWith('-') ? -1 : 1)
  return new Date(date.getTime() + offset * 60_000)
}

function zoneOffset(date: Date, zone: string): number {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    } as Intl.DateTimeFormatOptions)
    const parts = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day: of = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, of, hour, minute, second) - date.getTime()
  } catch (cause) {
    throw new CelError(`unknown time zone ${zone}`, { cause })
  }
}

const dayOfYear: Part = date => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / day)

const total =
  (unit: bigint) =>
  (value: Value): bigint =>
    (value as Duration).nanos / unit
const spans = (id: string, call: (value: Value) => bigint): Overload =>
  method(`duration_to_${id}`, [duration], int, call)

/** Parts of points in time and of spans. */
export const times: Library = {
  functions: {
    getFullYear: forms('year', date => date.getUTCFullYear()),
    getMonth: forms('month', date => date.getUTCMonth()),
    getDayOfYear: forms('day_of_year', dayOfYear),
    getDayOfMonth: forms('day_of_month', date => date.getUTCDate() - 1),
    getDate: forms('day_of_month_1_based', date => date.getUTCDate()),
    getDayOfWeek: forms('day_of_week', date => date.getUTCDay()),
    getHours: [...forms('hours', date => date.getUTCHours()), spans('hours', total(3_600_000n * million))],
    getMinutes: [...forms('minutes', date => date.getUTCMinutes()), spans('minutes', total(60_000n * million))],
    getSeconds: [...forms('seconds', date => date.getUTCSeconds()), spans('seconds', total(1_000n * million))],
    getMilliseconds: [
      ...forms('milliseconds', (_, nanos) => Number(((nanos / million) % 1000n) + 1000n) % 1000),
      spans('milliseconds', total(million)),
    ],
  },
}
