import type { Type } from '../types.ts'

/** Bytes as they are, for messages that are never JSON: no base64 in between. A read value is a view of the message. */
export const binary: Type<Uint8Array> = {
  form: 'scalar',
  scalar: {
    name: 'bytes',
    wire: 'bytes',
    zero: new Uint8Array(0),
    openapi: { type: 'string', format: 'binary' },
    isZero: value => (value as Uint8Array).length === 0,
    parse: json => (json instanceof Uint8Array ? { value: json } : { error: `expected bytes, got ${typeof json}` }),
  },
}
