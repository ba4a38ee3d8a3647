import type { StatusError } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Answer, ServerRequest, Stored } from '../contract.ts'

/** An answer as it goes on the wire. Header names are in lower case. */
export interface Encoded<Body = Uint8Array | string> {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

/** A body, in pieces where these are at hand: to join large ones would cost more than to send them. */
export type Pieces = Uint8Array | string | readonly Uint8Array[]

/** Bytes always: a text would be joined with the headers, and those are Latin-1. */
export const bytesOf = (body: Uint8Array | string): Uint8Array => (typeof body === 'string' ? Buffer.from(body) : body)

export const piecesOf = (body: Pieces): readonly Uint8Array[] =>
  typeof body === 'string' || body instanceof Uint8Array ? [bytesOf(body)] : body

export const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0)

/** Writes the events of one watch in the form its client accepts. Whoever can keeps the bytes of an event: many watchers want them. */
export interface WatchFrames {
  readonly contentType: string
  event(type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', stored: Stored): Uint8Array
  /** The last frame: why the watch is over. */
  error(status: unknown): Uint8Array
}

/** What the listener needs of content negotiation (`content/`). */
export interface Content {
  encode(request: ServerRequest, answer: Extract<Answer, { form: 'object' | 'text' }>): Encoded<Pieces>
  /** A failure as the client accepts it. Never throws. */
  failure(request: ServerRequest, error: StatusError): Encoded
  /** Throws NotAcceptable. */
  watch(request: ServerRequest, resource: Resource): WatchFrames
}
