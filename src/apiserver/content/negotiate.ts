import { Status } from '../../api/meta/status.ts'
import { type StatusBody, StatusError } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Type } from '../../schema/types.ts'
import type { Answer, ServerRequest } from '../contract.ts'
import { header } from '../store/codec.ts'
import { concat, utf8 } from './bytes.ts'
import { encodeObject } from './encode.ts'
import { createFrames, type Frames } from './frames.ts'
import { createListBodies } from './listBodies.ts'
import { type Accepted, accept, includeObject, mediaTypes } from './mediaTypes.ts'
import { shaped } from './shape.ts'

/** An answer as it goes on the wire. Header names are in lower case. */
export interface Encoded<Body = Uint8Array | string> {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

/** Puts answers into the form their client accepts: http's `Content`. */
export interface ContentNegotiation {
  /** Throws NotAcceptable. */
  encode(
    request: ServerRequest,
    answer: Extract<Answer, { form: 'object' | 'text' }>,
  ): Encoded<Uint8Array | string | readonly Uint8Array[]>
  /** A failure; JSON where the client accepts nothing we have. Never throws. */
  failure(request: ServerRequest, error: StatusError): Encoded
  /** Throws NotAcceptable. */
  watch(request: ServerRequest, resource: Resource): Frames
}

/** Items of built-in kinds leave it to their list to say what they are. */
const itemHeader = ({ resource }: Extract<Answer, { form: 'object' }>) =>
  resource?.custom && utf8(header(resource.apiVersion, resource.kind))

/** Upstream ends what it writes as JSON with a line feed. */
function asLine(body: Uint8Array | string): Uint8Array | string {
  if (typeof body === 'string') return body.endsWith('\n') ? body : `${body}\n`
  return body[0] === openingBrace ? concat([body, lineFeed]) : body
}

const openingBrace = 0x7b
const lineFeed = utf8('\n')

const plainJson = { 'content-type': mediaTypes.json }

/** What clients ask for before they know the server. */
const oldDiscovery = new Set(['APIVersions', 'APIGroup', 'APIGroupList'])

export function createContent({ clock }: { readonly clock: Clock }): ContentNegotiation {
  const frames = createFrames(() => clock.now())
  const listBody = createListBodies()
  return {
    encode(request, answer) {
      if (answer.form === 'text') {
        const { status, body, headers, contentType } = answer
        return { status, body, headers: { ...headers, 'content-type': contentType } }
      }
      const custom = answer.resource?.custom !== undefined
      const { format, transform, pretty } = accept(request, {
        transforms: answer.resource !== undefined,
        custom,
        cbor: !oldDiscovery.has(answer.kind),
      })
      const headers = { 'content-type': mediaTypes[format] }
      const { list } = answer
      if (list && !transform && !pretty && (format === 'json' || format === 'protobuf'))
        return {
          status: answer.status,
          headers,
          body: listBody(
            { ...list, kind: answer.kind, apiVersion: answer.apiVersion, itemHeader: itemHeader(answer) },
            format,
          ),
        }
      const shape = transform ? shaped(answer, transform, includeObject(request.query), clock.now()) : answer
      const body = encodeObject(shape, format, pretty, transform ? undefined : answer.json)
      return { status: answer.status, headers, body: asLine(body) }
    },
    failure(request, { body, code }) {
      const accepted = acceptAnything(request)
      // Whoever accepts nothing we have gets what anybody can read.
      if (!accepted) return { status: code, headers: plainJson, body: readable(body) }
      const { format, pretty } = accepted
      return {
        status: code,
        headers: { 'content-type': mediaTypes[format] },
        body: asLine(failureBody(body, format, pretty)),
      }
    },
    watch(request, resource) {
      const custom = resource.custom !== undefined
      const accepted = accept(request, { transforms: true, stream: true, custom })
      return frames(resource, accepted, accepted.transform ? includeObject(request.query) : 'Metadata')
    },
  }
}

const failureBody = (body: StatusBody, format: Accepted['format'], pretty: boolean) =>
  encodeObject({ type: Status as Type<unknown>, kind: 'Status', apiVersion: 'v1', object: body }, format, pretty)

const readable = (body: StatusBody) => String(failureBody(body, 'json', true)).trimEnd()

function acceptAnything(request: ServerRequest): Accepted | undefined {
  try {
    return accept(request, { transforms: false })
  } catch (error) {
    if (error instanceof StatusError) return undefined
    throw error
  }
}
