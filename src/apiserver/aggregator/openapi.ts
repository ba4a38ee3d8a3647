import type { Clock } from '../../base/clock.ts'
import type { Schema } from '../../schema/derive/openapi.ts'
import { aggregator } from './probe.ts'
import type { ForeignServer } from './servers.ts'

/** Milliseconds for which a document is taken to be what it was. */
const fresh = 60_000

/** A document of another server as it was last: asked for when it is needed, at most once a minute. */
export interface ForeignDocument<T> {
  get(): Promise<T | undefined>
}

/** `read` makes something of its text. What can't be had, or read, is what it was before. */
export function foreignDocument<T>(
  server: ForeignServer,
  path: string,
  clock: Clock,
  read: (text: string) => T,
): ForeignDocument<T> {
  let known: { readonly value: T; readonly etag: string | undefined } | undefined
  let asked = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined
  const ask = async () => {
    try {
      const { status, headers, text } = await server.get(path, aggregator, 'application/json', known?.etag)
      if (status === 200) known = { value: read(text), etag: headers.etag }
      else if (status === 404) known = undefined
    } catch {
      // Documents are told as long as their server is away.
    }
    asked = clock.now()
    asking = undefined
  }
  return {
    async get() {
      if (clock.now() - asked >= fresh) {
        asking ??= ask()
        await asking
      }
      return known?.value
    },
  }
}

/** The schemas of an OpenAPI v2 document. Throws an Error for what is none. */
export function definitionsIn(text: string): Readonly<Record<string, Schema>> {
  const { definitions = {} } = JSON.parse(text) as { definitions?: Record<string, Schema> }
  return definitions
}
