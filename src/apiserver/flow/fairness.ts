import { failure } from '../../api/meta/statusError.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import type { RequestInfo, ServerRequest } from '../contract.ts'
import { isLongRunning } from '../metrics/requests.ts'
import { flowHash } from './dealer.ts'
import { dumpPaths, type FlowRequest, type LevelCounts } from './dump.ts'
import type { Flow, Leave } from './flow.ts'
import { type FlowMatcher, flowMatcher } from './match.ts'
import type { FlowMeter, FlowSamples } from './meter.ts'
import type { FlowSchemaLike, PriorityLevelLike } from './model.ts'
import { createQueues, type Queues, Rejected } from './queues.ts'
import { type SeatLimits, seatLimits, shareSeats } from './seats.ts'
import { aftermathOf, type KindSize, largestWidth, widthOf } from './width.ts'

export interface FairnessDeps {
  readonly clock: Clock
  readonly meter: FlowMeter
  /** The objects as they are; `version` changes when they do. */
  version(): string | number
  schemas(): readonly FlowSchemaLike[]
  levels(): readonly PriorityLevelLike[]
  /** How large lists of a kind are. */
  size(info: RequestInfo): KindSize | undefined
  /** How many watchers hear of what a request changes; undefined: none could. */
  watchers?(info: RequestInfo): number | undefined
}

/** A priority level at work. */
interface Level {
  readonly name: string
  object: PriorityLevelLike
  limits: SeatLimits
  current: number
  smoothed: number
  /** The nominal limit that `current` was derived from. */
  sharedOf: number
  /** Most seats that one request may take. */
  widest: number
  /** Those who hold seats or wait for them. */
  readonly requests: Set<FlowRequest>
  readonly counts: LevelCounts
  readonly queues: Queues
}

interface Schema {
  readonly object: FlowSchemaLike
  readonly name: string
  readonly matches: FlowMatcher
  readonly level: Level
  readonly samples: FlowSamples
  /** Tells clients which schema and level they were given. */
  readonly headers: Readonly<Record<string, string>>
}

/** Milliseconds between two sharings out of seats; upstream's figure. */
const adjustEvery = 10_000
/** How much of a former demand goes on counting, when demand has fallen. */
const smoothing = 0.977

/**
 * API priority and fairness: each request belongs to the first FlowSchema that matches it, and takes seats of that
 * schema's priority level, or waits in the level's queues (`flowcontrol.configController`). Seats are shared out anew when
 * somebody has to wait, at most every ten seconds: while nobody waits, nothing runs.
 */
export function createFairness(deps: FairnessDeps, seats: number): Flow {
  const { clock, meter } = deps
  const levels = new Map<string, Level>()
  let schemas: readonly Schema[] = []
  let version: string | number | undefined
  let adjustedAt = Number.NEGATIVE_INFINITY
  let timer: Timer | undefined

  const adjust = () => {
    adjustedAt = clock.now()
    const all = [...levels.values()]
    for (const level of all) {
      const { highest } = level.queues
      level.smoothed = Math.max(highest, smoothing * level.smoothed + (1 - smoothing) * highest)
    }
    const shared = shareSeats(
      all.map(({ limits, queues, smoothed }) => ({ limits, highest: queues.highest, smoothed })),
    )
    for (const [index, level] of all.entries()) {
      level.current = shared[index] ?? level.limits.nominal
      level.queues.forgetHighest()
      level.queues.setLimit(level.current)
    }
  }
  /** Somebody waits. */
  const press = () => {
    if (timer) return
    const due = adjustedAt + adjustEvery - clock.now()
    if (due <= 0) adjust()
    else timer = clock.after(due, again)
  }
  const again = () => {
    timer = undefined
    adjust()
    if ([...levels.values()].some(level => level.queues.waiting > 0)) press()
  }

  const levelOf = (object: PriorityLevelLike, limits: SeatLimits): Level => {
    const name = object.metadata.name ?? ''
    const response = object.spec.limited?.limitResponse
    const queuing = response?.type === 'Queue' ? (response.queuing ?? {}) : undefined
    const widest = largestWidth(limits.nominal, queuing?.handSize ?? (queuing ? 8 : 1))
    const known = levels.get(name)
    if (known) {
      known.object = object
      known.limits = limits
      known.widest = widest
      known.queues.setQueuing(queuing)
      return known
    }
    const queues = createQueues(clock, limits.nominal, queuing)
    queues.onPressure = press
    return {
      name,
      object,
      limits,
      current: limits.nominal,
      smoothed: 0,
      sharedOf: -1,
      widest,
      requests: new Set(),
      counts: { dispatched: 0, rejected: 0, timedOut: 0, cancelled: 0 },
      queues,
    }
  }
  /** Levels that are gone let those finish who hold seats: their schemas know them no more. */
  const configure = () => {
    const now = deps.version()
    if (now === version) return
    version = now
    const objects = deps.levels()
    const limits = seatLimits(objects, seats)
    const made = objects.map(object => levelOf(object, limits.get(object.metadata.name ?? '') as SeatLimits))
    levels.clear()
    for (const level of made) {
      levels.set(level.name, level)
      // What is borrowed stays so, while nothing about the seats has changed.
      if (level.sharedOf === level.limits.nominal) continue
      level.sharedOf = level.limits.nominal
      level.current = level.limits.nominal
      level.queues.setLimit(level.current)
    }
    schemas = deps
      .schemas()
      .flatMap(object => {
        const level = levels.get(object.spec.priorityLevelConfiguration.name)
        const name = object.metadata.name ?? ''
        if (!level) return []
        const headers = headersOf(object, level.object)
        return [{ object, name, matches: flowMatcher(object), level, samples: meter.of(level.name, name), headers }]
      })
      .sort((a, b) => precedence(a.object) - precedence(b.object) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  }
  const precedence = ({ spec }: FlowSchemaLike) => spec.matchingPrecedence ?? 1000

  const seated = (schema: Schema, entry: FlowRequest, release: () => void, begun: number): Leave => {
    const { level, samples } = schema
    const seats = Math.max(entry.seats, entry.finalSeats)
    entry.started = clock.now()
    level.counts.dispatched++
    samples.dispatched.add()
    samples.seats.observe(seats)
    samples.executing(1, seats)
    const over = () => {
      level.requests.delete(entry)
      samples.executing(-1, -seats)
      release()
    }
    return () => {
      const sample = entry.info.verb === 'watch' ? samples.begun : samples.executed
      sample.observe((performance.now() - begun) / 1000)
      // The answer is given; its watchers are still being told.
      if (entry.latency > 0 && !level.limits.exempt) clock.after(entry.latency, over)
      else over()
    }
  }
  const wait = async (schema: Schema, entry: FlowRequest, request: ServerRequest) => {
    const { level, samples, name } = schema
    const begun = performance.now()
    const seats = Math.max(entry.seats, entry.finalSeats)
    const hash = () => flowHash(name, entry.distinguisher)
    samples.waiting(1, seats)
    try {
      const release = await level.queues.wait({ seats, hash, signal: request.signal }, (length, queue) => {
        entry.queue = queue
        samples.queued(length)
      })
      const now = performance.now()
      samples.waited((now - begun) / 1000, true)
      return seated(schema, entry, release, now)
    } catch (error) {
      level.requests.delete(entry)
      if (!(error instanceof Rejected)) throw error
      samples.waited((performance.now() - begun) / 1000, false)
      samples.rejected(error.reason)
      if (error.reason === 'time-out') level.counts.timedOut++
      else if (error.reason === 'cancelled') level.counts.cancelled++
      else level.counts.rejected++
      throw tooMany()
    } finally {
      samples.waiting(-1, -seats)
    }
  }

  meter.onScrape(function* () {
    for (const { name, limits, current, smoothed, queues } of levels.values()) {
      const { nominal, lower, upper } = limits
      const { highest } = queues
      const target = Math.max(lower, Math.min(nominal, highest), smoothed)
      yield { name, nominal, lower, upper, current, highest, smoothed, target }
    }
  })

  return {
    debug: dumpPaths(() =>
      [...levels.values()].map(({ name, queues, requests, counts }) => ({
        ...{ name, requests, counts },
        queues: queues.queues,
      })),
    ),
    enter(request, info, user) {
      if (isLongRunning(info) && info.verb !== 'watch') return undefined
      configure()
      const schema = schemas.find(each => each.matches(user, info))
      // Only before the first objects are there: catch-all matches everybody.
      if (!schema) return undefined
      const { level, samples } = schema
      if (request.trail && !request.connectedAs) request.trail.headers = schema.headers
      const heard = deps.watchers?.(info)
      if (heard !== undefined) samples.watchers(heard)
      const after = aftermathOf(heard ?? 0, level.widest)
      const method = schema.object.spec.distinguisherMethod?.type
      const entry: FlowRequest = {
        schema: schema.name,
        user: user.name,
        info,
        distinguisher: method === 'ByUser' ? user.name : method === 'ByNamespace' ? info.namespace : '',
        seats: widthOf(info, request.query, level.widest, deps.size),
        finalSeats: after.seats,
        latency: after.milliseconds,
        arrived: clock.now(),
        started: undefined,
        queue: -1,
      }
      level.requests.add(entry)
      if (level.limits.exempt) return seated(schema, entry, () => {}, performance.now())
      const release = level.queues.take(Math.max(entry.seats, entry.finalSeats))
      return release ? seated(schema, entry, release, performance.now()) : wait(schema, entry, request)
    },
  }
}

function headersOf(schema: FlowSchemaLike, level: PriorityLevelLike): Readonly<Record<string, string>> {
  const [schemaUid, levelUid] = [schema.metadata.uid, level.metadata.uid]
  return {
    ...(schemaUid ? { 'x-kubernetes-pf-flowschema-uid': schemaUid } : {}),
    ...(levelUid ? { 'x-kubernetes-pf-prioritylevel-uid': levelUid } : {}),
  }
}

/** The answer to who got no seat: come back in a second. */
export const tooMany = () =>
  failure(429, 'TooManyRequests', 'too many requests, please try again later', { retryAfterSeconds: 1 })
