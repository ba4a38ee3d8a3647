import { nanoseconds } from '../../schema/scalars/duration.ts'
import { openZone, type Zone } from './timeZone.ts'

/**
 * When a CronJob is due: five fields of cron, a descriptor such as `@daily`, or `@every 1h30m`. Syntax, words and meaning
 * are those of `github.com/robfig/cron/v3.ParseStandard`.
 */
export type Schedule = Times | Every

/** Due whenever the wall clock shows such a minute. */
interface Times {
  readonly form: 'times'
  readonly minutes: Values
  readonly hours: Values
  readonly days: Values
  readonly months: Values
  readonly weekdays: Values
  /** Of a `TZ=` before the fields. */
  readonly zone?: Zone
}

interface Every {
  readonly form: 'every'
  readonly milliseconds: number
}

interface Values {
  readonly set: ReadonlySet<number>
  /** A star stood there: the field does not restrict. */
  readonly any: boolean
}

interface Bounds {
  readonly least: number
  readonly most: number
  readonly names?: readonly string[]
}

const bounds = {
  minutes: { least: 0, most: 59 },
  hours: { least: 0, most: 23 },
  days: { least: 1, most: 31 },
  months: {
    least: 1,
    most: 12,
    names: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  weekdays: { least: 0, most: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
} satisfies Record<string, Bounds>
const order = ['minutes', 'hours', 'days', 'months', 'weekdays'] as const

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** Reads a schedule; a text says what is wrong with it. */
export function parseSchedule(text: string): Schedule | string {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof Wrong) return error.message
    throw error
  }
}

/** What is wrong with a schedule; never leaves this file. */
class Wrong extends Error {}

function parse(text: string): Schedule {
  if (text === '') throw new Wrong('empty spec string')
  let zone: Zone | undefined
  let rest = text
  if (text.startsWith('TZ=') || text.startsWith('CRON_TZ=')) {
    const space = text.indexOf(' ')
    // What upstream's recovery from a panic says of a zone without fields behind it.
    if (space < 0) throw new Wrong('invalid schedule format: runtime error: slice bounds out of range [:-1]')
    const name = text.slice(text.indexOf('=') + 1, space)
    zone = openZone(name)
    if (!zone) throw new Wrong(`provided bad location ${name}: unknown time zone ${name}`)
    rest = text.slice(space).trim()
  }
  if (rest.startsWith('@every ')) return every(rest)
  const descriptor = descriptors[rest]
  if (rest.startsWith('@') && descriptor === undefined) throw new Wrong(`unrecognized descriptor: ${rest}`)
  const fields = (descriptor ?? rest).split(/\s+/u).filter(field => field !== '')
  if (fields.length !== order.length)
    throw new Wrong(`expected exactly ${order.length} fields, found ${fields.length}: [${fields.join(' ')}]`)
  const [minutes, hours, days, months, weekdays] = order.map((name, i) => values(fields[i] ?? '', bounds[name])) as [
    Values,
    Values,
    Values,
    Values,
    Values,
  ]
  return { form: 'times', minutes, hours, days, months, weekdays, ...(zone ? { zone } : {}) }
}

function every(descriptor: string): Every {
  const read = nanoseconds(descriptor.slice('@every '.length))
  if (typeof read === 'string') throw new Wrong(`failed to parse duration ${descriptor}: ${read}`)
  const seconds = Number(read / 1_000_000_000n)
  return { form: 'every', milliseconds: Math.max(seconds, 1) * 1000 }
}

function values(field: string, within: Bounds): Values {
  const set = new Set<number>()
  let any = false
  for (const range of field.split(',').filter(part => part !== '')) any = addRange(range, within, set) || any
  return { set, any }
}

/** Adds what a range stands for; whether it is a star. */
function addRange(range: string, { least, most, names }: Bounds, set: Set<number>): boolean {
  const [span = '', stepText, ...slashes] = range.split('/')
  const [low = '', high, ...hyphens] = span.split('-')
  const star = low === '*' || low === '?'
  let [start, end] = [least, most]
  if (!star) {
    start = numberOrName(low, names)
    if (hyphens.length > 0) throw new Wrong(`too many hyphens: ${range}`)
    end = high === undefined ? start : numberOrName(high, names)
  }
  let step = 1
  if (slashes.length > 0) throw new Wrong(`too many slashes: ${range}`)
  if (stepText !== undefined) {
    step = wholeNumber(stepText)
    // `5/10` begins at 5 and goes on to the end.
    if (high === undefined) end = most
  }
  if (start < least) throw new Wrong(`beginning of range (${start}) below minimum (${least}): ${range}`)
  if (end > most) throw new Wrong(`end of range (${end}) above maximum (${most}): ${range}`)
  if (start > end) throw new Wrong(`beginning of range (${start}) beyond end of range (${end}): ${range}`)
  if (step === 0) throw new Wrong(`step of range should be a positive number: ${range}`)
  for (let value = start; value <= end; value += step) set.add(value)
  return star && step === 1
}

function numberOrName(text: string, names: readonly string[] | undefined): number {
  const named = text === '' ? -1 : (names?.indexOf(text.toLowerCase()) ?? -1)
  return named >= 0 ? named : wholeNumber(text)
}

function wholeNumber(text: string): number {
  const failed = (why: string) => new Wrong(`failed to parse int from ${text}: strconv.Atoi: parsing "${text}": ${why}`)
  if (!/^[+-]?\d+$/.test(text)) throw failed('invalid syntax')
  const number = BigInt(text.replace('+', ''))
  if (BigInt.asIntN(64, number) !== number) throw failed('value out of range')
  if (number < 0n) throw new Wrong(`negative number (${number}) not allowed: ${text}`)
  return Number(number)
}

/** The search for a time ends after so many years: there is no 30th of February. */
const mostYears = 5
const minute = 60_000
const hour = 60 * minute

/**
 * The first time after `after` that the schedule is due, in milliseconds since the epoch; undefined when there is none
 * within five years. `zone` is that of the wall clock, where the schedule does not name its own.
 */
export function nextTime(schedule: Schedule, after: number, zone: Zone): number | undefined {
  if (schedule.form === 'every') return after - (((after % 1000) + 1000) % 1000) + schedule.milliseconds
  const clock = schedule.zone ?? zone
  let time = (Math.floor(after / minute) + 1) * minute
  const lastYear = clock.wall(time).year + mostYears
  for (;;) {
    const wall = clock.wall(time)
    if (wall.year > lastYear) return undefined
    if (!schedule.months.set.has(wall.month)) time = clock.dayStart(wall.year, wall.month + 1, 1, time)
    else if (!dayMatches(schedule, wall)) time = clock.dayStart(wall.year, wall.month, wall.day + 1, time)
    else if (!schedule.hours.set.has(wall.hour)) time += hour - wall.minute * minute
    else if (schedule.minutes.set.has(wall.minute)) return time
    else time += minute
  }
}

/** Both must match when one is a star; otherwise either is enough. */
function dayMatches({ days, weekdays }: Times, { day, weekday }: { day: number; weekday: number }): boolean {
  const [byDay, byWeekday] = [days.set.has(day), weekdays.set.has(weekday)]
  return days.any || weekdays.any ? byDay && byWeekday : byDay || byWeekday
}
