import type { RequestInfo } from '../contract.ts'

/** How many objects of a kind there are, and how many bytes each has, about. */
export interface KindSize {
  readonly objects: number
  readonly bytes: number
}

/** Bytes of memory that one seat stands for, and that an answer from the watch cache has in hand at once, at most. */
const bytesPerSeat = 100_000
const streamed = 1_000_000
const most = 100

/**
 * Seats that a request takes: lists, and watches that begin with what is there, by their size; all others one
 * (`listWorkEstimator`). `largest`: most that one request of the level may take.
 */
export function widthOf(
  info: RequestInfo,
  query: URLSearchParams,
  largest: number,
  size: (info: RequestInfo) => KindSize | undefined,
): number {
  if (!info.isResource || (info.verb !== 'list' && info.verb !== 'watch') || info.name !== '') return 1
  if (info.verb === 'watch') {
    const version = query.get('resourceVersion')
    if (query.get('sendInitialEvents') !== 'true' && version && version !== '0') return 1
  }
  const found = size(info)
  if (!found) return 1
  const limit = Number(query.get('limit') ?? 0)
  const objects = limit > 0 && limit < found.objects ? limit : found.objects
  const memory = Math.min(objects * found.bytes, streamed)
  return Math.max(1, Math.min(Math.ceil(memory / bytesPerSeat), largest || most, most))
}

/** What a write goes on costing when it is answered: its watchers are told. */
export interface Aftermath {
  readonly seats: number
  /** Milliseconds that the seats are held. */
  readonly milliseconds: number
}

const watchersPerSeat = 10
const perEvent = 5
const mostAfter = 10
const none: Aftermath = { seats: 0, milliseconds: 0 }

/** What so many watchers cost: as much work in fewer seats for longer, where they are too many (`mutatingWorkEstimator`). */
export function aftermathOf(watchers: number, largest: number): Aftermath {
  if (watchers < watchersPerSeat) return none
  const wanted = Math.ceil(watchers / watchersPerSeat)
  const seats = Math.min(wanted, largest && largest < mostAfter ? largest : mostAfter)
  return { seats, milliseconds: (wanted * perEvent) / seats }
}

/** Most seats that one request of a level may take: a part of the level's own, so that one list does not fill it. */
export const largestWidth = (nominal: number, handSize: number): number =>
  Math.max(1, Math.min(Math.ceil(nominal * 0.15), Math.floor(nominal / Math.max(1, handSize))))
