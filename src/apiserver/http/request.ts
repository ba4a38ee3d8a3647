import type { Readable } from 'node:stream'
import type { Clock, Timer } from '../../base/clock.ts'
import type { ServerRequest, Trail } from '../contract.ts'
import { readBody } from './body.ts'
import type { PeerCertificate } from './peer.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** What the two protocols tell of a request. */
export interface Received {
  readonly method: string
  readonly target: string
  readonly headers: Headers
  readonly source: Readable
  readonly peer: PeerCertificate | undefined
  readonly remoteAddress: string | undefined
}

/**
 * A request from a socket. What costs something (the query, the signal) is made when it is first asked for: most
 * requests need neither.
 */
export class SocketRequest implements ServerRequest {
  readonly method: string
  readonly target: string
  readonly headers: Headers
  readonly remoteAddress: string | undefined
  readonly cbor: boolean
  readonly warnings: string[] = []
  trail?: Trail
  readonly #source: Readable
  readonly #clock: Clock
  readonly #peer: PeerCertificate | undefined
  #query: URLSearchParams | undefined
  #body: Promise<Uint8Array> | undefined
  #controller: AbortController | undefined
  #over: (() => unknown) | undefined
  #limit: Timer | undefined
  #endless = false

  constructor(received: Received, { clock, cbor = false }: { readonly clock: Clock; readonly cbor?: boolean }) {
    this.cbor = cbor
    this.method = received.method
    this.target = received.target
    this.headers = received.headers
    this.remoteAddress = received.remoteAddress
    this.#source = received.source
    this.#peer = received.peer
    this.#clock = clock
  }

  get query(): URLSearchParams {
    if (!this.#query) {
      const mark = this.target.indexOf('?')
      this.#query = new URLSearchParams(mark < 0 ? '' : this.target.slice(mark + 1))
    }
    return this.#query
  }

  get certificate(): ServerRequest['certificate'] {
    // A connection may outlive the certificate it was made with.
    return this.#peer && this.#clock.now() <= this.#peer.notAfter ? this.#peer : undefined
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#over) this.#controller.abort(this.#over())
    }
    return this.#controller.signal
  }

  body(): Promise<Uint8Array> {
    this.#body ??= readBody(this.#source, this.headers['content-length'])
    return this.#body
  }

  /** Aborts the signal so many milliseconds from now, unless `unlimited` or `finish` comes first. */
  limit(milliseconds: number, expire: () => void): void {
    this.#limit = this.#clock.after(milliseconds, () => {
      this.finish(() => new DOMException('the request took too long', 'TimeoutError'))
      expire()
    })
  }

  /** Takes the time limit away: watches, logs and the like go on until the client or the server ends them. */
  unlimited(): void {
    this.#endless = true
    this.#settle()
  }

  /** The answer is on its way: the time limit has no more to say. */
  answered(): void {
    this.#settle()
  }

  /** The server goes down: ends the request if it would not end by itself. */
  stop(): void {
    if (this.#endless) this.finish(() => new DOMException('the server is shutting down', 'AbortError'))
  }

  /** The request is over: answered, cut off, or out of time. The reason is made only for those who listen. */
  finish(reason: () => unknown): void {
    if (this.#over) return
    this.#over = reason
    this.#settle()
    this.#controller?.abort(reason())
  }

  #settle(): void {
    this.#limit?.cancel()
    this.#limit = undefined
  }
}
