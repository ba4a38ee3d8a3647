import { failure } from '../../api/meta/statusError.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import type { RequestInfo, ServerRequest } from '../contract.ts'
import { isLongRunning } from '../metrics/requests.ts'
import { flowHash } from './dealer.ts'
import type { Flow, Leave } from './flow.ts'
import { type FlowMatcher, flowMatcher } from './match.ts'
import type { FlowMeter, FlowSamples } from './meter.ts'
import type { FlowSchemaLike, PriorityLevelLike } from './model.ts'
import { createQueues, type Queues, Rejected } from './queues.ts'
import { type SeatLimits, seatLimits, shareSeats } from './seats.ts'
import { type KindSize, largestWidth, widthOf } from './width.ts'

export interface FairnessDeps {
  readonly clock: Clock
  readonly meter: FlowMeter
  /** The objects as they are; `version` changes when they do. */
  version(): string | number
  schemas(): readonly FlowSchemaLike[]
  levels(): readonly PriorityLevelLike[]
  /** How large lists of a kind are. */
  size(info: RequestInfo): KindSize | undefined
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
  requests: number
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
    return { name, object, limits, current: limits.nominal, smoothed: 0, sharedOf: -1, widest, requests: 0, queues }
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

  const seated = (schema: Schema, width: number, release: () => void, begun: number): Leave => {
    const { level, samples } = schema
    level.requests++
    samples.dispatched.add()
    samples.seats.observe(width)
    return () => {
      level.requests--
      samples.executed.observe((performance.now() - begun) / 1000)
      release()
    }
  }
  const wait = async (schema: Schema, width: number, request: ServerRequest, info: RequestInfo, user: UserInfo) => {
    const { level, samples, object, name } = schema
    const begun = performance.now()
    const method = object.spec.distinguisherMethod?.type
    const hash = () => flowHash(name, method === 'ByUser' ? user.name : method === 'ByNamespace' ? info.namespace : '')
    try {
      const release = await level.queues.wait({ seats: width, hash, signal: request.signal }, samples.queued)
      const now = performance.now()
      samples.waited((now - begun) / 1000, true)
      return seated(schema, width, release, now)
    } catch (error) {
      if (!(error instanceof Rejected)) throw error
      samples.waited((performance.now() - begun) / 1000, false)
      samples.rejected(error.reason)
      throw tooMany()
    }
  }

  meter.onScrape(function* () {
    for (const { name, limits, current, queues, requests } of levels.values()) {
      const { nominal, lower, upper } = limits
      const { seatsTaken: taken, waiting, seatsWanted: wanted, highest } = queues
      yield { name, nominal, lower, upper, current, taken, requests, waiting, wanted, highest }
    }
  })

  return {
    enter(request, info, user) {
      if (isLongRunning(info) && info.verb !== 'watch') return undefined
      configure()
      const schema = schemas.find(each => each.matches(user, info))
      // Only before the first objects are there: catch-all matches everybody.
      if (!schema) return undefined
      const { level } = schema
      if (request.trail && !request.connectedAs) request.trail.headers = schema.headers
      const width = widthOf(info, request.query, level.widest, deps.size)
      if (level.limits.exempt) return seated(schema, width, () => {}, performance.now())
      const release = level.queues.take(width)
      return release ? seated(schema, width, release, performance.now()) : wait(schema, width, request, info, user)
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
