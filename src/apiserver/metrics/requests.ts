import type { CounterSample, GaugeSample, HistogramSample, Labels, Metrics } from '../../base/metrics.ts'
import { exponentialBuckets } from '../../base/metrics.ts'
import type { RequestInfo, ServerRequest } from '../contract.ts'
import type { Served } from '../verbs/scope.ts'

/** Everything that is counted of requests of one verb on one kind in one scope: looked up once per request. */
export interface RequestSamples {
  readonly requests: (code: number) => CounterSample
  readonly duration: HistogramSample
  /** Undefined for dry runs: they say nothing about the level of service. */
  readonly sli: HistogramSample | undefined
  /** Of reads only. */
  readonly sizes: HistogramSample | undefined
  /** Of bodies; of writes only. */
  readonly bodies: HistogramSample | undefined
  readonly longRunning: GaugeSample
  readonly watchEvents: CounterSample
  readonly watchSizes: HistogramSample
  readonly aborted: CounterSample
  readonly terminated: (code: number) => CounterSample
}

/** Measures of requests, by upstream's names (`endpoints/metrics`). */
export interface RequestMeter {
  /** `served` undefined: the path names no kind. */
  of(request: ServerRequest, info: RequestInfo, served: Served | undefined): RequestSamples
  /** One more or less of the requests that do not go on for long. */
  inflight(info: RequestInfo, change: 1 | -1): void
}

const component = 'apiserver'
const base = ['group', 'version', 'resource', 'subresource', 'scope', 'component']
const sliBuckets = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]

export function requestMeter(metrics: Metrics): RequestMeter {
  const requests = metrics.counter({
    name: 'apiserver_request_total',
    help: 'Requests, by verb, dry run, kind, scope, component and status code.',
    labels: ['verb', 'dry_run', ...base, 'code'],
  })
  const duration = metrics.histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'Seconds from the arrival of a request to the end of its answer.',
    labels: ['verb', 'dry_run', ...base],
    buckets: [0.005, 0.025, ...sliBuckets],
  })
  const sli = metrics.histogram({
    name: 'apiserver_request_sli_duration_seconds',
    help: 'Seconds from the arrival of a request to the end of its answer, waiting in queues of priority levels aside.',
    labels: ['verb', ...base],
    buckets: sliBuckets,
  })
  const sizes = metrics.histogram({
    name: 'apiserver_response_sizes',
    help: 'Bytes of answers to reads.',
    labels: ['verb', ...base],
    buckets: exponentialBuckets(1000, 10, 7),
  })
  const longRunning = metrics.gauge({
    name: 'apiserver_longrunning_requests',
    help: 'Requests under way that go on for long: watches, logs, streams, proxied ones.',
    labels: ['verb', ...base],
  })
  const watchEvents = metrics.counter({
    name: 'apiserver_watch_events_total',
    help: 'Events sent to watches.',
    labels: ['group', 'version', 'resource'],
  })
  const watchSizes = metrics.histogram({
    name: 'apiserver_watch_events_sizes',
    help: 'Bytes of events sent to watches.',
    labels: ['group', 'version', 'resource'],
    buckets: exponentialBuckets(1024, 2, 8),
  })
  const aborted = metrics.counter({
    name: 'apiserver_request_aborts_total',
    help: 'Requests whose client went away before the answer.',
    labels: ['verb', 'group', 'version', 'resource', 'subresource', 'scope'],
  })
  const terminated = metrics.counter({
    name: 'apiserver_request_terminations_total',
    help: 'Requests that the server ended to protect itself.',
    labels: ['verb', ...base, 'code'],
  })
  const bodies = metrics.histogram({
    name: 'apiserver_request_body_size_bytes',
    help: 'Bytes of bodies of requests.',
    labels: ['resource', 'verb', 'group'],
    buckets: Array.from({ length: 31 }, (_, index) => 50_000 + index * 100_000),
  })
  const deprecated = metrics.gauge({
    name: 'apiserver_requested_deprecated_apis',
    help: 'Deprecated versions of kinds that somebody has asked for: always 1.',
    labels: ['group', 'version', 'resource', 'subresource', 'removed_release'],
  })
  const inflight = inflightGauge(metrics)

  /** By kind; those of kinds that are no longer served go with them. */
  const made = new WeakMap<object, Map<string, RequestSamples>>()
  const nothing = {}
  const make = (labels: Labels): RequestSamples => {
    const codes = new Map<number, CounterSample>()
    const read = labels.verb === 'GET' || labels.verb === 'LIST'
    const writing = labels.resource ? bodyVerbs[labels.verb ?? ''] : undefined
    const { group = '', resource = '' } = labels
    // Made for those only who watch, and then wanted with every event.
    let events: CounterSample | undefined
    let eventSizes: HistogramSample | undefined
    return {
      requests(code) {
        let sample = codes.get(code)
        if (!sample) {
          sample = requests.with({ ...labels, code: String(code) })
          codes.set(code, sample)
        }
        return sample
      },
      duration: duration.with(labels),
      sli: labels.dry_run ? undefined : sli.with(labels),
      sizes: read ? sizes.with(labels) : undefined,
      bodies: writing ? bodies.with({ resource, verb: writing, group }) : undefined,
      get longRunning() {
        return longRunning.with(labels)
      },
      get watchEvents() {
        events ??= watchEvents.with(labels)
        return events
      },
      get watchSizes() {
        eventSizes ??= watchSizes.with(labels)
        return eventSizes
      },
      get aborted() {
        return aborted.with(labels)
      },
      terminated: code => terminated.with({ ...labels, code: String(code) }),
    }
  }

  return {
    inflight,
    of(request, info, served) {
      const scope = scopeOf(info)
      const verb = verbOf(request, info, scope)
      const dryRun = dryRunOf(request)
      const subresource = served ? (known(served, info.subresource) ? info.subresource : '') : pathOf(info)
      const owner = served ?? nothing
      let own = made.get(owner)
      if (!own) {
        own = new Map()
        made.set(owner, own)
      }
      const plain = subresource === '' && dryRun === ''
      const key = plain ? verb + scope : `${verb}${scope} ${subresource} ${dryRun}`
      let samples = own.get(key)
      if (!samples) {
        const version = served?.version ?? served?.resource
        samples = make({
          verb,
          dry_run: dryRun,
          group: version?.group ?? '',
          version: version?.version ?? '',
          resource: served?.version?.plural ?? served?.resource.plural ?? '',
          subresource,
          scope,
          component,
        })
        own.set(key, samples)
        const words = served && (served.version ? served.version.deprecation : served.resource.deprecation)
        if (words) {
          const { group = '', version: of = '' } = version ?? {}
          const plural = served.version?.plural ?? served.resource.plural
          const labels = { group, version: of, resource: plural, subresource, removed_release: removedIn(words) }
          deprecated.set(1, labels)
        }
      }
      return samples
    },
  }
}

/** In upstream's words for what is done with a body. */
const bodyVerbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  APPLY: 'patch',
  DELETE: 'delete',
}

/** The release without a version, as a warning about the version tells it: `1.25`; empty where there is none yet. */
export const removedIn = (words: string): string => /unavailable in v(\d+\.\d+)/.exec(words)?.[1] ?? ''

/** How many were under way at once, at most, since the last scrape. */
function inflightGauge(metrics: Metrics): RequestMeter['inflight'] {
  const gauge = metrics.gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Most requests under way at once since the last scrape, by kind: mutating or readOnly.',
    labels: ['request_kind'],
  })
  const counts = { mutating: { now: 0, most: 0 }, readOnly: { now: 0, most: 0 } }
  metrics.onScrape(() => {
    for (const [kind, count] of Object.entries(counts)) {
      gauge.set(count.most, { request_kind: kind })
      count.most = count.now
    }
  })
  return (info, change) => {
    const count = mutates(info) ? counts.mutating : counts.readOnly
    count.now += change
    if (count.now > count.most) count.most = count.now
  }
}

const readOnly = new Set(['get', 'list', 'watch', 'head', 'options'])

/** Whether a request may change something. */
export const mutates = ({ verb }: RequestInfo): boolean => !readOnly.has(verb)

const streams = new Set(['attach', 'exec', 'proxy', 'log', 'portforward'])

/** Whether a request may go on for as long as its client likes (`BasicLongRunningRequestCheck`). */
export const isLongRunning = ({ verb, subresource, path, isResource }: RequestInfo): boolean =>
  verb === 'watch' || verb === 'proxy' || (isResource ? streams.has(subresource) : path.startsWith('/debug/pprof/'))

const known = ({ resource, version }: Served, subresource: string) =>
  subresource === '' || (version?.subresources?.[subresource] ?? resource.subresources?.[subresource]) !== undefined

function scopeOf({ name, verb, namespace, isResource }: RequestInfo): string {
  if (name !== '' || verb === 'create') return 'resource'
  if (namespace !== '') return 'namespace'
  return isResource ? 'cluster' : ''
}

const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

function verbOf({ method, headers }: ServerRequest, info: RequestInfo, scope: string): string {
  if (info.isResource && streams.has(info.subresource)) return 'CONNECT'
  if (info.verb === 'watch') return 'WATCH'
  if (method === 'GET' || method === 'HEAD') return scope !== 'resource' && scope !== '' ? 'LIST' : 'GET'
  if (method === 'PATCH' && headers['content-type'] === 'application/apply-patch+yaml') return 'APPLY'
  return methods.has(method) ? method : 'other'
}

function dryRunOf({ target, query }: ServerRequest): string {
  if (!target.includes('dryRun')) return ''
  const all = new Set(query.getAll('dryRun'))
  if (all.size === 0) return ''
  return all.size === 1 && all.has('All') ? 'All' : 'invalid'
}

const paths = new Set(['healthz', 'livez', 'readyz', 'version', 'metrics', 'openapi'])

/** Paths that are no kinds stand where subresources do, those that are known: others could be any number. */
function pathOf({ path }: RequestInfo): string {
  const first = path.split('/', 2)[1] ?? ''
  return paths.has(first) ? `/${first}` : ''
}
