import type { Column } from '../resource.ts'
import type { KubeObject } from './objectMeta.ts'

/** How people read a length of time: two units at most, coarser the longer it is. Upstream's duration.HumanDuration. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(hours / 24)
  if (hours < 192) return two(days, 'd', hours % 24, 'h')
  if (hours < 24 * 365 * 2) return `${days}d`
  if (hours < 24 * 365 * 8) return two(Math.trunc(days / 365), 'y', days % 365, 'd')
  return `${Math.trunc(days / 365)}y`
}

const two = (a: number, unit: string, b: number, smaller: string) =>
  b === 0 ? `${a}${unit}` : `${a}${unit}${b}${smaller}`

/** Time since a stamp, for people; `<unknown>` when there is none. */
export const since = (stamp: string | undefined, now: number): string =>
  stamp ? humanDuration(now - Date.parse(stamp)) : '<unknown>'

/** The column `Name`, first in every table. */
export const nameColumn: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Unique among the objects of this kind in the namespace.',
  cell: object => object.metadata.name ?? '',
}

/** The column `Age`. */
export const ageColumn: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  description: 'Time since the object was created.',
  cell: (object, now) => since(object.metadata.creationTimestamp, now),
}
