import { badRequest, unsupportedMediaType } from '../../api/meta/statusError.ts'
import { readCbor } from '../../schema/codec/cbor.ts'
import { unwrap } from '../../schema/codec/envelope.ts'
import { DecodeError, fromJson, strictProblems } from '../../schema/codec/json.ts'
import { parseJson, textOf } from '../../schema/codec/parse.ts'
import { decodeProtobuf } from '../../schema/codec/protobuf.ts'
import { parseYaml } from '../../schema/codec/yaml.ts'
import type { Type } from '../../schema/types.ts'
import type { ServerRequest } from '../contract.ts'
import { bodyFormat, type Format } from './mediaTypes.ts'
import { inOrder } from './strict.ts'

/** What is done about fields that a kind does not have, or that stand twice. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

/** The kind that a path is about, for what the body does not tell, and for errors. */
export interface Expected {
  readonly apiVersion: string
  readonly kind: string
  /** Errors are told without a word about the kind: options. */
  readonly bare?: true
  /** A custom resource: what it is must be said. */
  readonly custom?: boolean
}

/** A request's body, read but not yet taken for a kind. */
export interface Body {
  /** As the body tells it; empty when it does not. */
  readonly apiVersion: string
  readonly kind: string
  /**
   * The body as a value of a type, in normal form, without defaults. Throws BadRequest in upstream's words. `warn` gets
   * what `Warn` has to say.
   */
  decode<T>(type: Type<T>, validation?: FieldValidation, warn?: (text: string) => void): T
}

/** Reads the body by its Content-Type. Throws UnsupportedMediaType, BadRequest, RequestEntityTooLarge. */
export async function readBody(request: ServerRequest, expected: Expected): Promise<Body> {
  const body = await read(request, expected)
  const { trail } = request
  if (!trail) return body
  // What was sent is kept for audit as the verb reads it.
  return {
    ...body,
    decode(type, ...rest) {
      const value = body.decode(type, ...rest)
      trail.sent({ type, value, apiVersion: body.apiVersion, kind: body.kind || expected.kind })
      return value
    },
  }
}

async function read(request: ServerRequest, expected: Expected): Promise<Body> {
  if (request.object !== undefined) return jsonBody(request.object, [], expected)
  const format = bodyFormat(request)
  const bytes = await request.body()
  try {
    return parse(format, bytes, expected)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    // The kind is not known where the text as a whole cannot be read.
    if (expected.bare) throw badRequest(error.message)
    throw badRequest(
      `the object provided is unrecognized (must be of type ${expected.kind}): ${error.message} (${summary(bytes)})`,
    )
  }
}

function parse(format: Format, bytes: Uint8Array, expected: Expected): Body {
  if (format === 'protobuf') return protobufBody(bytes, expected)
  if (format === 'cbor')
    return named(
      reading('unable to determine group/version/kind: ', () => readCbor(bytes)),
      [],
      expected,
    )
  const text = textOf(bytes)
  const strict = strictProblems()
  if (format === 'json') {
    const raw = reading(unreadable, () => parseJson(text, strict.duplicate))
    return named(raw, strict.problems, expected)
  }
  const problems: string[] = []
  return named(parseYaml(text, sentence => problems.push(sentence))[0] ?? {}, problems, expected)
}

const unreadable = "couldn't get version/kind; json parse error: "

function reading<T>(prefix: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof DecodeError) throw new DecodeError(error.path, `${prefix}${error.message}`, { cause: error })
    throw error
  }
}

const typeMeta =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'

/** A body whose kind can be read. Throws a DecodeError. */
function named(raw: unknown, duplicates: readonly string[], expected: Expected): Body {
  const refuse = (found: unknown, into: string) =>
    new DecodeError('', `${unreadable}json: cannot unmarshal ${goKind(found)} into Go ${into}`)
  if (raw !== null && (typeof raw !== 'object' || Array.isArray(raw))) throw refuse(raw, `value of type ${typeMeta}`)
  for (const key of ['apiVersion', 'kind']) {
    const found = (raw as Record<string, unknown> | null)?.[key] ?? ''
    if (typeof found !== 'string') throw refuse(found, `struct field .${key} of type string`)
  }
  if (expected.custom && !textIn(raw, 'kind'))
    throw new DecodeError('', `Object 'Kind' is missing in '${JSON.stringify(raw)}'`)
  const apiVersion = textIn(raw, 'apiVersion')
  if (apiVersion.split('/').length > 2) throw new DecodeError('', `unexpected GroupVersion string: ${apiVersion}`)
  return jsonBody(raw, duplicates, expected)
}

const goKind = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value

const textIn = (value: unknown, key: string): string => {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  return typeof found === 'string' ? found : ''
}

function jsonBody(raw: unknown, duplicates: readonly string[], expected: Expected): Body {
  const apiVersion = textIn(raw, 'apiVersion')
  const kind = textIn(raw, 'kind')
  return {
    apiVersion,
    kind,
    decode(type, validation = 'Ignore', warn = () => {}) {
      const strict = strictProblems()
      const told = { apiVersion, kind, expected }
      const value = asKind(told, () => fromJson(type, raw, validation === 'Ignore' ? {} : { unknown: strict.unknown }))
      const problems = expected.custom
        ? [...duplicates, ...[...strict.problems].sort()]
        : inOrder(raw, strict.problems, duplicates)
      if (problems.length === 0 || validation === 'Ignore') return value
      if (validation === 'Warn') for (const problem of problems) warn(problem)
      else throw badRequest(cannotBe(told, `strict decoding error: ${problems.join(', ')}`))
      return value
    },
  }
}

function protobufBody(bytes: Uint8Array, expected: Expected): Body {
  if (bytes.length === 0) throw new DecodeError('', 'empty data')
  const { apiVersion, kind, raw } = unwrap(bytes)
  return {
    apiVersion,
    kind,
    decode(type) {
      // Custom resources have no protobuf.
      if (type.structural) throw unsupportedMediaType(['application/json', 'application/yaml'])
      return asKind({ apiVersion, kind, expected }, () => decodeProtobuf(type, raw))
    },
  }
}

interface Told {
  readonly apiVersion: string
  readonly kind: string
  readonly expected: Expected
}

/** Upstream's sentence about a body that is not of the kind that is expected. */
export function cannotBe({ apiVersion, kind, expected }: Told, why: string): string {
  if (expected.bare) return why
  const version = (apiVersion || expected.apiVersion).split('/').at(-1)
  return `${kind || expected.kind} in version ${JSON.stringify(version)} cannot be handled as a ${expected.kind}: ${why}`
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
  if (bytes.length === 0) return '<empty>'
  const part = bytes.subarray(0, 30)
  const more = bytes.length > 30 ? ' ...' : ''
  if (part[0] === 0x7b) return new TextDecoder().decode(part) + more
  return [...part].map(byte => byte.toString(16).padStart(2, '0')).join('') + more
}
