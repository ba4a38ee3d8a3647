/** What a wall clock shows. Months and days count from 1, weekdays from Sunday, which is 0. */
export interface Wall {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly weekday: number
}

/** A wall clock somewhere in the world. Times are milliseconds since the epoch. */
export interface Zone {
  readonly name: string
  wall(time: number): Wall
  /** Milliseconds that the clock is ahead of UTC. */
  offset(time: number): number
  /** When a day begins, which may be at another time than midnight; always later than `after`. Months and days may overflow. */
  dayStart(year: number, month: number, day: number, after: number): number
}

const minute = 60_000
const oneDay = 24 * 60 * minute

export const utc: Zone = zoneOf('UTC', () => 0)

/** A zone by its IANA name, written as it is there; undefined when there is none of that name. */
export function openZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return utc
  // Offsets such as `+01:00` are known to Intl, but are no names.
  if (!/^[A-Za-z]/.test(name)) return undefined
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  const known = format.resolvedOptions().timeZone
  if (known !== name && known.toLowerCase() === name.toLowerCase()) return undefined
  return zoneOf(name, time => offsetOf(format, time))
}

/** Milliseconds that a zone is ahead of UTC. */
function offsetOf(format: Intl.DateTimeFormat, time: number): number {
  const text = format.formatToParts(time).find(part => part.type === 'timeZoneName')?.value ?? ''
  const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text)
  if (!match) throw new Error(`reading the offset of a time zone: unexpected ${JSON.stringify(text)}`)
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match
  const size = (Number(hours) * 60 + Number(minutes)) * minute + Number(seconds) * 1000
  return sign === '-' ? -size : size
}

function zoneOf(name: string, offset: (time: number) => number): Zone {
  return {
    name,
    offset,
    wall(time) {
      const shown = new Date(time + offset(time))
      return {
        year: shown.getUTCFullYear(),
        month: shown.getUTCMonth() + 1,
        day: shown.getUTCDate(),
        hour: shown.getUTCHours(),
        minute: shown.getUTCMinutes(),
        weekday: shown.getUTCDay(),
      }
    },
    dayStart(year, month, day, after) {
      const midnight = Date.UTC(year, month - 1, day)
      // Clocks may be changed at midnight: of the offsets before and after, the first that leads into the day.
      const candidates = [midnight - oneDay, midnight + oneDay]
        .map(time => midnight - offset(time))
        .sort((a, b) => a - b)
      const start = candidates.find(time => time + offset(time) >= midnight) ?? midnight - offset(midnight)
      return Math.max(start, after + minute)
    },
  }
}
