/**
 * How a client reaches the API server. One request shape for both ways: `https.ts` puts it on a socket, the API
 * server's `connect(user)` hands it to the same pipeline in process: authentication aside (the identity is given at
 * `connect`), it passes authorization, admission, validation and audit like any other.
 */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path with query, escaped: `/api/v1/namespaces/default/pods?limit=500`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** The body as an object. In process it is taken over as it is, not encoded: the sender must not change it afterwards. */
  readonly object?: unknown
  readonly signal?: AbortSignal
}

/** A success. Failures are thrown as `StatusError`, whatever the way. */
export interface ApiResponse {
  readonly status: number
  /** The answer, parsed; frozen and shared in process: never change it. Text answers (logs, healthz) are a string. */
  readonly object: unknown
  /** Texts of `Warning` headers. */
  readonly warnings: readonly string[]
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

export interface WatchEvent<T = unknown> {
  readonly type: WatchEventType
  /** The object; for ERROR a StatusBody; for BOOKMARK only metadata.resourceVersion (and annotations) mean something. Frozen. */
  readonly object: T
}

export interface Transport {
  request(request: ApiRequest): Promise<ApiResponse>
  /**
   * Opens a watch: resolves once the server accepted it, rejects with a StatusError otherwise. `onEvent` gets events in
   * order and must not throw; `ended` resolves when the server closed the watch, and rejects when the connection broke.
   */
  watch(request: ApiRequest, onEvent: (event: WatchEvent) => void): Promise<{ readonly ended: Promise<void> }>
  /** Gives back sockets that are kept open. */
  close(): Promise<void>
}
