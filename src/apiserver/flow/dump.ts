import type { PathHandler, RequestInfo } from '../contract.ts'
import type { QueueState } from './queues.ts'

/** A request that holds seats or waits for them. */
export interface FlowRequest {
  readonly schema: string
  readonly user: string
  readonly info: RequestInfo
  readonly distinguisher: string
  readonly seats: number
  readonly finalSeats: number
  /** Milliseconds that the final seats are held. */
  readonly latency: number
  readonly arrived: number
  /** Undefined: it waits. */
  started: number | undefined
  /** -1: it did not have to wait. */
  queue: number
}

/** A priority level, as the dumps tell it. */
export interface LevelDump {
  readonly name: string
  readonly queues: readonly QueueState[]
  readonly requests: Iterable<FlowRequest>
  readonly counts: LevelCounts
}

/** What has become of requests so far. */
export interface LevelCounts {
  dispatched: number
  rejected: number
  timedOut: number
  cancelled: number
}

const base = '/debug/api_priority_and_fairness/'

/** `/debug/api_priority_and_fairness/dump_priority_levels`, `dump_queues` and `dump_requests`, in upstream's columns. */
export function dumpPaths(levels: () => readonly LevelDump[]): PathHandler {
  return (request, { path }) => {
    if (!path.startsWith(base) || request.method !== 'GET') return undefined
    const dump = dumps[path.slice(base.length)]
    if (!dump) return undefined
    const sorted = [...levels()].sort((a, b) => (a.name < b.name ? -1 : 1))
    const details = (request.query.get('includeRequestDetails') ?? '') !== ''
    const body = aligned(dump(sorted, details))
    return { form: 'text', status: 200, contentType: 'text/plain; charset=utf-8', body }
  }
}

type Dump = (levels: readonly LevelDump[], details: boolean) => (readonly (string | number | boolean)[])[]

const dumps: Readonly<Record<string, Dump>> = {
  dump_priority_levels: levels => [
    [
      ...['PriorityLevelName', 'ActiveQueues', 'IsIdle', 'IsQuiescing', 'WaitingRequests', 'ExecutingRequests'],
      ...['DispatchedRequests', 'RejectedRequests', 'TimedoutRequests', 'CancelledRequests'],
    ],
    ...levels.map(({ name, queues, requests, counts }) => {
      const all = [...requests]
      const executing = all.filter(({ started }) => started !== undefined).length
      const active = queues.filter(({ pending }) => pending > 0).length
      return [
        ...[name, active, all.length === 0, false, all.length - executing, executing],
        ...[counts.dispatched, counts.rejected, counts.timedOut, counts.cancelled],
      ]
    }),
  ],
  dump_queues: levels => [
    [
      ...['PriorityLevelName', 'Index', 'PendingRequests', 'ExecutingRequests', 'SeatsInUse'],
      ...['NextDispatchR', 'InitialSeatsSum', 'MaxSeatsSum', 'TotalWorkSum'],
    ],
    ...levels.flatMap(({ name, queues }) =>
      queues.map(({ pending, executing, seatsTaken, nextStart, seatsWanted }, index) => [
        ...[name, index, pending, executing, seatsTaken],
        ...[
          `${(nextStart / 1000).toFixed(8)}ss`,
          seatsWanted,
          seatsWanted,
          `${((seatsWanted * 3) / 1000).toFixed(8)}ss`,
        ],
      ]),
    ),
  ],
  dump_requests: (levels, details) => [
    [
      ...['PriorityLevelName', 'FlowSchemaName', 'QueueIndex', 'RequestIndexInQueue', 'FlowDistingsher', 'ArriveTime'],
      ...['InitialSeats', 'FinalSeats', 'AdditionalLatency', 'StartTime'],
      ...(details ? ['UserName', 'Verb', 'APIPath', 'Namespace', 'Name', 'APIVersion', 'Resource', 'SubResource'] : []),
    ],
    ...levels.flatMap(({ name, requests }) => {
      const places = new Map<number, number>()
      return [...requests].map(request => {
        const { schema, queue, distinguisher, arrived, seats, finalSeats, latency, started, info, user } = request
        const place = started !== undefined ? -1 : (places.get(queue) ?? 0)
        if (started === undefined) places.set(queue, place + 1)
        const { group, version } = info
        return [
          ...[name, schema, queue, place, distinguisher, time(arrived), seats, finalSeats],
          ...[latency === 0 ? '0s' : `${latency}ms`, time(started)],
          ...(details
            ? [
                ...[user, info.verb, info.path, info.namespace, info.name],
                ...[group ? `${group}/${version}` : version, info.resource, info.subresource],
              ]
            : []),
        ]
      })
    }),
  ],
}

const time = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? '0001-01-01T00:00:00Z' : new Date(milliseconds).toISOString()

const narrowest = 8

/** As Go's tabwriter sets columns: each as wide as its widest cell, with a comma and a space. */
function aligned(rows: readonly (readonly (string | number | boolean)[])[]): string {
  const cells = rows.map(row => row.map((cell, index) => (index < row.length - 1 ? `${cell},` : String(cell))))
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(narrowest, ...cells.map(row => (row[column] ?? '').length + 1)),
  )
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)).join('')
  return `${cells.map(line).join('\n')}\n`
}
