import type { X509Certificate } from 'node:crypto'
import type { KubeObject, ListMeta } from '../api/meta/objectMeta.ts'
import type { Resource, UserInfo } from '../api/resource.ts'
import type { Type } from '../schema/types.ts'
import type { Served } from './verbs/scope.ts'

/**
 * The shapes that the parts of the API server meet in. `pipeline.ts` is the path of a request, top to bottom:
 *   resolve (RequestInfo) -> authenticate -> authorize -> route -> verb (decode, admit, validate, store) -> answer
 * A request comes either from a socket (`http/`) or from `connect(user)` in process; from `authorize` on they are alike.
 */

/** What a request asks for, read from method, path and query alone. */
export interface RequestInfo {
  readonly isResource: boolean
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in lower case. */
  readonly verb: string
  /** `api` or `apis`; empty for other paths. */
  readonly prefix: string
  readonly group: string
  readonly version: string
  readonly namespace: string
  /** Plural, as in the path. */
  readonly resource: string
  readonly subresource: string
  readonly name: string
  /** What follows the subresource: the proxied path. */
  readonly rest: string
  /** Without query, unescaped. */
  readonly path: string
}

/** One request, whatever way it came. */
export interface ServerRequest {
  readonly method: string
  /** Path with query, escaped, as sent. */
  readonly target: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body's bytes, read once, bounded (3 MiB; larger is a 413). Empty in process. */
  body(): Promise<Uint8Array>
  /** The body as an object: in process only. */
  readonly object?: unknown
  /** Set by the client's disconnect, the request's time limit, or the server's stop. */
  readonly signal: AbortSignal
  readonly remoteAddress?: string
  /** The verified client certificate's subject, where TLS had one. */
  readonly certificate?: {
    readonly commonName: string
    readonly organizations: readonly string[]
    readonly fingerprint: string
    readonly uid?: string
    /** The certificate, and those the client sent with it, towards the authority. */
    readonly chain?: readonly X509Certificate[]
  }
  /** The identity given at `connect(user)`: authentication is done. */
  readonly connectedAs?: UserInfo
  /** Whether CBOR is read and written: its feature gate is on. */
  readonly cbor?: boolean
  /** Texts that become `Warning` headers. */
  readonly warnings: string[]
  /** What this request leaves behind; set when its way through the server begins. */
  trail?: Trail
}

/**
 * What one request leaves behind: measures, audit events, a line in the log. The server makes it and notes who asked and
 * what came of it; whoever carries the request says when the answer began and when it was over.
 */
export interface Trail {
  /** Names the request in the header Audit-ID, in events, in logs and in errors. */
  readonly id: string
  /** Who asked, before anybody else was impersonated. */
  user?: UserInfo
  /** Headers of the answer, whatever it is. */
  headers?: Readonly<Record<string, string>>
  /** A fact for the audit event. The first word on a key stays. `level`: only for events that keep so much. */
  annotate(key: string, value: string, level?: 'Request'): void
  /** The body, as the verb understood it. */
  sent(body: SentObject | { readonly raw: unknown }): void
  /** An event of a watch, so many bytes long. */
  watched(bytes: number): void
  /** The status of an answer that goes on is on its way. */
  begun(status: number): void
  /** The answer is complete: so many bytes. Later calls do nothing. */
  ended(status: number, bytes: number): void
}

/** An object that a client sent: in normal form of the version it was sent in, without defaults. */
export interface SentObject {
  readonly type: Type<unknown>
  readonly value: unknown
  readonly apiVersion: string
  readonly kind: string
}

/** An object as the watch cache keeps it: encoded once, parsed at most once, frozen, shared by all readers. */
export interface Stored<T extends KubeObject = KubeObject> {
  readonly key: string
  readonly revision: number
  /** JSON with resourceVersion, without apiVersion and kind: begins `{"metadata":`. */
  readonly json: Uint8Array
  readonly object: T
  /** Form and version in which it was found in the store: `protobuf apps/v1`. Absent: the embedded stores' own form. */
  readonly writtenAs?: string | undefined
  /** Whether the store would keep the same value in another way now (encrypted with another key). */
  readonly stale?: (() => boolean) | undefined
}

/** What a list is made of: objects in the order of their keys. */
export interface Listed {
  readonly items: readonly Stored[]
  /** Whether the cache hands out this very list until one of its objects changes: then what is made of it may be kept. */
  readonly current: boolean
}

/** What a verb answers; `http/` encodes it as the client accepts, the in-process way hands the object over. */
export type Answer =
  | {
      readonly form: 'object'
      readonly status: number
      readonly type: Type<unknown>
      readonly apiVersion: string
      readonly kind: string
      readonly object: unknown
      readonly json?: () => Uint8Array
      /** A list in the storage version: its bytes can be put together from those of its items. */
      readonly list?: { readonly item: Type<unknown>; readonly metadata: ListMeta; readonly listed: Listed }
      /** The kind that the object, or each item of the list, is of: for clients that ask for a table. */
      readonly resource?: Resource
    }
  | {
      readonly form: 'text'
      readonly status: number
      readonly contentType: string
      readonly body: string | Uint8Array
      readonly headers?: Readonly<Record<string, string>>
    }
  | {
      readonly form: 'watch'
      readonly start: (sink: WatchSink, signal: AbortSignal) => Promise<void>
      /** The kind as this path serves it: for another version than the storage's with that type, kind and apiVersion. */
      readonly resource: Resource
    }
  /** Bytes as they come: logs with follow. */
  | {
      readonly form: 'stream'
      readonly status: number
      readonly contentType: string
      readonly headers?: Readonly<Record<string, string>>
      readonly chunks: AsyncIterable<Uint8Array>
      /** Somebody else has answered: status and headers go out at once, however long the first bytes take. */
      readonly answered?: boolean
    }
  /** The connection is handed over (exec, attach, port-forward, proxy): only the listener can carry it out. */
  | { readonly form: 'upgrade'; readonly accept: UpgradeHandler }

/** Where watch events go. `false`: the sink is full, the watch must be ended (slow watchers are closed, not buffered). */
export interface WatchSink {
  event(type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', stored: Stored): boolean
  error(status: unknown): void
}

/** Carries an upgraded connection; `socket` and `request` are node:http's own. Resolves when it is over. */
export type UpgradeHandler = (request: unknown, socket: unknown, head: Uint8Array) => Promise<void>

/** Frozen reads from the watch caches: synchronous, as fresh as the last acknowledged write of this server. */
export interface ObjectReader {
  get<T extends KubeObject>(resource: Resource<T>, namespace: string | undefined, name: string): T | undefined
  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): readonly T[]
  /** Grows with every change of the resource's objects: to derive an index and know when it is stale. */
  version(resource: Resource): number
}

/**
 * Reads one object from the store itself: for what must not be told to be missing only because another server wrote it a
 * moment ago. Absent where nobody else writes: then an `ObjectReader` knows all there is.
 */
export type LiveRead = <T extends KubeObject>(
  resource: Resource<T>,
  namespace: string | undefined,
  name: string,
) => Promise<T | undefined>

/** Answers paths that are no kinds: discovery, OpenAPI, health, version. `undefined`: not mine, the next one is asked. */
export type PathHandler = (
  request: ServerRequest,
  info: RequestInfo,
  user: UserInfo,
) => Answer | undefined | Promise<Answer | undefined>

/** authn/: reads an identity from a request. `undefined`: not mine. Throws StatusError Unauthorized for bad credentials. */
export interface Authenticator {
  readonly name: string
  authenticate(request: ServerRequest): Promise<UserInfo | undefined> | UserInfo | undefined
}

export interface AuthorizationAttributes {
  readonly user: UserInfo
  readonly verb: string
  readonly isResource: boolean
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly path: string
  /** The query's field selector as sent: nodes may only list what is selected to be theirs. */
  readonly fieldSelector?: string
  /** The query's label selector as sent. */
  readonly labelSelector?: string
}

/** `none`: no opinion, the next authorizer is asked; all none is a refusal. */
export interface Decision {
  readonly decision: 'allow' | 'deny' | 'none'
  readonly reason: string
}

/** authz/: says whether a request may be carried out. */
export interface Authorizer {
  readonly name: string
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>
}

/** A write on its way in. Mutating plugins edit `object` in place; validating ones only look. Both throw StatusError to refuse. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly resource: Resource
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** The new object in storage form, not frozen: absent for DELETE. For action subresources the body. */
  readonly object: unknown
  /** The stored object, frozen: absent for CREATE. */
  readonly old: unknown
  /** The kind in the version in which it was asked for. */
  readonly served: Served
  /** What `object` and `old` are seen as, where that is not the kind itself: a Scale, the body of an action, what a stream is opened with. */
  readonly body?: AdmittedBody | undefined
  /** CreateOptions, UpdateOptions or DeleteOptions as they were sent, with kind and apiVersion; undefined for CONNECT. */
  readonly options?: object | undefined
  /** Whether the server made the name, out of generateName. */
  readonly generatedName?: boolean | undefined
  readonly user: UserInfo
  readonly dryRun: boolean
  readonly rounds: AdmissionRounds
  /** Ends with the request. */
  readonly signal?: AbortSignal | undefined
  warn(text: string): void
  /** A fact for the audit event: `<plugin's domain>/<name>`. The first word on a key stays. `level` as in `Trail`. */
  annotate(key: string, value: string, level?: 'Request'): void
}

/** What the object of a request is, where it is none of the resource's own. */
export interface AdmittedBody {
  readonly apiVersion: string
  readonly kind: string
  readonly type: Type<unknown>
  /** The body as clients see it; absent: the object is the body. */
  show?(object: unknown): unknown
  /** Carries a changed body over to the object; absent: the object is the body. */
  take?(object: unknown, body: unknown): void
}

/**
 * Those that change objects may all be asked a second time, when one of them has changed what others had already seen.
 * What they must know then of the first time they keep here, under their names.
 */
export interface AdmissionRounds {
  round: 0 | 1
  /** Set by whoever wants the second time. */
  wanted: boolean
  readonly kept: Map<string, unknown>
}

/**
 * How an attempt to write ended: the object is stored, or gone (deleted, or nothing held it any more); nothing came of
 * it; or nobody knows, because the store did not say.
 */
export type WriteEnd = 'stored' | 'gone' | 'failed' | 'unknown'

/** Told once how an attempt ended. */
export type Settle = (end: WriteEnd) => Promise<void>

/**
 * What objects of some kinds have to themselves as long as they are there: addresses, ports. It is asked at each attempt
 * to write, after the plugins that change objects and before the kind's own changes and rules. It may complete the
 * object, and throws a StatusError to refuse. Undefined: there is nothing to settle. Upstream's BeginCreate, BeginUpdate
 * and AfterDelete.
 */
export interface Reservation {
  begin(request: AdmissionRequest): Promise<Settle | undefined> | undefined
}

/** admission/: one file per plugin, listed in order in its index.ts. */
export interface AdmissionPlugin {
  readonly name: string
  mutate?(request: AdmissionRequest): Promise<void> | void
  validate?(request: AdmissionRequest): Promise<void> | void
}
