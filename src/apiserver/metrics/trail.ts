import { randomUUID } from 'node:crypto'
import type { StatusBody } from '../../api/meta/statusError.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { Logger } from '../../base/log.ts'
import type { Answer, RequestInfo, ServerRequest, Trail } from '../contract.ts'
import type { Routes } from '../routes.ts'
import type { Served } from '../verbs/scope.ts'
import { isLongRunning, type RequestMeter, type RequestSamples } from './requests.ts'

/** What audit makes of a request; `audit/` has the one that there is. */
export interface Auditor {
  /** Undefined: the policy has nothing to be kept of this request. */
  begin(trail: RequestTrail): AuditRecord | undefined
}

/** The audit event of one request, in the making. */
export interface AuditRecord {
  /** Where the request has to wait until its first event is kept; rejects with a StatusError to refuse it. */
  readonly received: Promise<void> | undefined
  /** `constraint`: the limited verb that allowed it; empty for none. */
  impersonated(user: UserInfo, constraint: string): void
  annotate(key: string, value: string, level?: 'Request'): void
  sent(body: Parameters<Trail['sent']>[0]): void
  begun(status: number): void
  ended(status: number): void
}

export interface TrailDeps {
  readonly meter: RequestMeter
  readonly log: Logger
  readonly auditor?: Auditor
  /** Whether each request gets a line in the log. */
  readonly logRequests: boolean
}

const auditIdHeader = 'audit-id'
/** Longer ones that clients choose are cut. */
const longestId = 64

/** One request as `Trail` describes it. */
export class RequestTrail implements Trail {
  readonly request: ServerRequest
  readonly info: RequestInfo
  readonly received = performance.now()
  user?: UserInfo
  headers?: Readonly<Record<string, string>>
  /** Found once the request has got as far as its kind. */
  served: Served | undefined
  /** What came of it; a watch, a stream or an upgrade goes on. */
  answer: Answer | undefined
  failure: StatusBody | undefined
  /** Whether something failed that nobody foresaw. */
  panicked = false
  /** Seconds spent waiting for a seat. */
  queued = 0
  readonly #deps: TrailDeps
  readonly #routes: Pick<Routes, 'find'>
  readonly #long: boolean
  #id: string | undefined
  #samples: RequestSamples | undefined
  #record: AuditRecord | undefined
  /** Whether the audit event has begun, or there is none; until then notes wait. */
  #met = false
  readonly #notes: Parameters<AuditRecord['annotate']>[] = []
  #impersonated: UserInfo | undefined
  /** The status of an answer that goes on; 0: not begun. */
  #begun = 0
  #over = false

  constructor(deps: TrailDeps, routes: Pick<Routes, 'find'>, request: ServerRequest, info: RequestInfo) {
    this.#deps = deps
    this.#routes = routes
    this.request = request
    this.info = info
    this.#long = isLongRunning(info)
    if (!this.#long) deps.meter.inflight(info, 1)
  }

  get id(): string {
    this.#id ??= this.request.headers[auditIdHeader]?.slice(0, longestId) || randomUUID()
    return this.#id
  }

  /** Who asks is known, or that nobody does: the audit event begins. */
  authenticated(): Promise<void> | undefined {
    this.#met = true
    this.#record = this.#deps.auditor?.begin(this)
    for (const args of this.#notes.splice(0)) this.#record?.annotate(...args)
    return this.#record?.received
  }

  get impersonated(): UserInfo | undefined {
    return this.#impersonated
  }

  /** The request goes on as somebody else. */
  impersonates(user: UserInfo, constraint: string): void {
    this.#impersonated = user
    this.#record?.impersonated(user, constraint)
  }

  annotate(key: string, value: string, level?: 'Request'): void {
    if (this.#record) this.#record.annotate(key, value, level)
    // Of credentials there is something to tell before it is known who asks.
    else if (this.#deps.auditor && !this.#met) this.#notes.push([key, value, level])
  }

  sent(body: Parameters<Trail['sent']>[0]): void {
    this.#record?.sent(body)
  }

  watched(bytes: number): void {
    const samples = this.#of()
    samples.watchEvents.add()
    samples.watchSizes.observe(bytes)
  }

  begun(status: number): void {
    if (this.#begun) return
    this.#begun = status
    if (this.#long) this.#of().longRunning.add(1)
    this.#record?.begun(status)
  }

  ended(given: number, bytes: number): void {
    if (this.#over) return
    this.#over = true
    // Who leaves an answer that goes on has had one.
    const status = given || this.#begun
    const { meter, logRequests } = this.#deps
    const seconds = (performance.now() - this.received) / 1000
    const samples = this.#of()
    // Without a status nobody was there to get an answer.
    if (status === 0) samples.aborted.add()
    else samples.requests(status).add()
    samples.duration.observe(seconds)
    samples.sli?.observe(seconds - this.queued)
    samples.sizes?.observe(bytes)
    if (samples.bodies) {
      const length = Number(this.request.headers['content-length'])
      if (length > 0) samples.bodies.observe(length)
    }
    if (!this.#long) meter.inflight(this.info, -1)
    else if (this.#begun) samples.longRunning.add(-1)
    if (status === 504) samples.terminated(status).add()
    this.#record?.ended(status)
    if (logRequests) this.#log(status, bytes, seconds)
  }

  #of(): RequestSamples {
    const { info, request } = this
    this.#samples ??= this.#deps.meter.of(
      request,
      info,
      this.served ?? (info.isResource ? this.#routes.find(info) : undefined),
    )
    return this.#samples
  }

  #log(status: number, bytes: number, seconds: number): void {
    const { request, info, user, impersonated } = this
    this.#deps.log.info('request', {
      auditId: this.id,
      verb: info.verb,
      uri: request.target,
      status,
      bytes,
      milliseconds: Math.round(seconds * 1e6) / 1e3,
      user: user?.name ?? '',
      ...(impersonated ? { impersonated: impersonated.name } : {}),
      ...(request.remoteAddress ? { source: request.remoteAddress } : {}),
      ...(request.headers['user-agent'] ? { userAgent: request.headers['user-agent'] } : {}),
    })
  }
}
