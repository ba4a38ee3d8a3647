import { badRequest, unsupportedMediaType } from '../../api/meta/statusError.ts'
import { readCbor } from '../../schema/codec/cbor.ts'
import { unwrap } from '../../schema/codec/envelope.ts'
import { DecodeError, fromJson, strictProblems } from '../../schema/codec/json.ts'
import { parseJson } from '../../schema/codec/parse.ts'
import { decodeProtobuf } from '../../schema/codec/protobuf.ts'
import { parseYaml } from '../../schema/codec/yaml.ts'
import type { Type } from '../../schema/types.ts'
import type { ServerRequest } from '../contract.ts'
import { bodyFormat, type Format } from './mediaTypes.ts'

/** What is done about fields that a kind does not have, or that stand twice. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

/** A request's body, read but not yet taken for a kind. */
export interface Body {
  /** As the body tells it; empty when it does not. */
  readonly apiVersion: string
  readonly kind: string
  /**
   * The body as a value of a type, in normal form, without defaults. Throws BadRequest in upstream's words:
   * `expected` is the kind the path is about. `warn` gets what `Warn` has to say.
   */
  decode<T>(type: Type<T>, expected: string, validation?: FieldValidation, warn?: (text: string) => void): T
}

/** Reads the body by its Content-Type; `undefined`: there is none. Throws UnsupportedMediaType, BadRequest, RequestEntityTooLarge. */
export async function readBody(request: ServerRequest, expected: string): Promise<Body | undefined> {
  const body = await read(request, expected)
  const { trail } = request
  if (!body || !trail) return body
  // What was sent is kept for audit as the verb reads it.
  return {
    ...body,
    decode(type, expected, ...rest) {
      const value = body.decode(type, expected, ...rest)
      trail.sent({ type, value, apiVersion: body.apiVersion, kind: body.kind || expected })
      return value
    },
  }
}

async function read(request: ServerRequest, expected: string): Promise<Body | undefined> {
  if (request.object !== undefined) return jsonBody(request.object, [])
  const format = bodyFormat(request)
  const bytes = await request.body()
  if (bytes.length === 0) return undefined
  try {
    return parse(format, bytes)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    // The kind is not known where the text as a whole cannot be read.
    const why = `${unreadable[format] ?? ''}${error.message}`
    throw badRequest(`the object provided is unrecognized (must be of type ${expected}): ${why} (${summary(bytes)})`)
  }
}

const unreadable: Readonly<Partial<Record<Format, string>>> = {
  json: "couldn't get version/kind; json parse error: ",
  cbor: 'unable to determine group/version/kind: ',
}

function parse(format: Format, bytes: Uint8Array): Body {
  if (format === 'protobuf') return protobufBody(bytes)
  if (format === 'cbor') return jsonBody(readCbor(bytes), [])
  const text = new TextDecoder().decode(bytes)
  if (format === 'yaml') {
    const problems: string[] = []
    return jsonBody(parseYaml(text, sentence => problems.push(sentence))[0] ?? {}, problems)
  }
  const strict = strictProblems()
  const raw = parseJson(text, strict.duplicate)
  return jsonBody(raw, strict.problems)
}

const textIn = (value: unknown, key: string): string => {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  return typeof found === 'string' ? found : ''
}

function jsonBody(raw: unknown, duplicates: readonly string[]): Body {
  const apiVersion = textIn(raw, 'apiVersion')
  const kind = textIn(raw, 'kind')
  return {
    apiVersion,
    kind,
    decode(type, expected, validation = 'Ignore', warn = () => {}) {
      const strict = strictProblems()
      const value = asKind({ apiVersion, kind, expected }, () =>
        fromJson(type, raw, validation === 'Ignore' ? {} : { unknown: strict.unknown }),
      )
      const problems = [...strict.problems, ...duplicates]
      if (problems.length === 0 || validation === 'Ignore') return value
      if (validation === 'Warn') for (const problem of problems) warn(problem)
      else throw badRequest(cannotBe({ apiVersion, kind, expected }, `strict decoding error: ${problems.join(', ')}`))
      return value
    },
  }
}

function protobufBody(bytes: Uint8Array): Body {
  const { apiVersion, kind, raw } = unwrap(bytes)
  return {
    apiVersion,
    kind,
    decode(type, expected) {
      // Custom resources have no protobuf.
      if (type.structural) throw unsupportedMediaType(['application/json', 'application/yaml'])
      return asKind({ apiVersion, kind, expected }, () => decodeProtobuf(type, raw))
    },
  }
}

interface Told {
  readonly apiVersion: string
  readonly kind: string
  readonly expected: string
}

const cannotBe = ({ apiVersion, kind, expected }: Told, why: string) => {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
  return `${kind || expected} in version ${JSON.stringify(version)} cannot be handled as a ${expected}: ${why}`
}

function asKind<T>(told: Told, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(cannotBe(told, error.message))
    throw error
  }
}

/** The beginning of a body, for the error about it: as text where it looks like JSON. */
function summary(bytes: Uint8Array): string {
  const part = bytes.subarray(0, 30)
  const more = bytes.length > 30 ? ' ...' : ''
  if (part[0] === 0x7b) return new TextDecoder().decode(part) + more
  return [...part].map(byte => byte.toString(16).padStart(2, '0')).join('') + more
}
