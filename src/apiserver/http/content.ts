import type { StatusError } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Answer, ServerRequest, Stored } from '../contract.ts'

/** An answer as it goes on the wire. Header names are in lower case. */
export interface Encoded {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

/** Writes the events of one watch in the form its client accepts. Whoever can keeps the bytes of an event: many watchers want them. */
export interface WatchFrames {
  readonly contentType: string
  event(type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', stored: Stored): Uint8Array
  /** The last frame: why the watch is over. */
  error(status: unknown): Uint8Array
}

/** What the listener needs of content negotiation (`content/`). */
export interface Content {
  encode(request: ServerRequest, answer: Extract<Answer, { form: 'object' | 'text' }>): Encoded
  /** A failure as the client accepts it. Never throws. */
  failure(request: ServerRequest, error: StatusError): Encoded
  /** Throws NotAcceptable. */
  watch(request: ServerRequest, resource: Resource): WatchFrames
}
