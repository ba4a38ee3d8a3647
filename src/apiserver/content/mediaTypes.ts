import { badRequest, notAcceptable, unsupportedMediaType } from '../../api/meta/statusError.ts'
import type { ServerRequest } from '../contract.ts'

/** The forms in which objects travel. */
export type Format = 'json' | 'yaml' | 'protobuf' | 'cbor'

export const mediaTypes: Readonly<Record<Format, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
  cbor: 'application/cbor',
}
const formats = Object.entries(mediaTypes) as [Format, string][]
const withoutCbor = formats.filter(([format]) => format !== 'cbor')
const formatsOf = ({ cbor }: ServerRequest) => (cbor ? formats : withoutCbor)

/** Items of CBOR that follow one another: RFC 8742. */
export const cborSequence = 'application/cbor-seq'
/** A server-side apply in CBOR rather than YAML. */
export const applyCborPatch = 'application/apply-patch+cbor'

/** Other shapes of the same objects that a client may ask for. */
export interface Transform {
  readonly kind: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  /** `meta.k8s.io/v1` or `meta.k8s.io/v1beta1`. */
  readonly apiVersion: string
}

export interface Accepted {
  readonly format: Format
  readonly transform?: Transform
  readonly pretty: boolean
}

interface Clause {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  readonly weight: number
}

/** Tables are for people, and only in these. */
const tableForms: ReadonlySet<Format> = new Set(['json', 'yaml'])
const transforms = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])
const versions = new Set(['v1', 'v1beta1'])
const plain: readonly Clause[] = [{ type: '*/*', parameters: {}, weight: 1 }]

/** Splits an Accept header into what is accepted, best first. */
function clauses(header: string | undefined): readonly Clause[] {
  if (!header || header === '*/*') return plain
  const all = header.split(',').map((text): Clause => {
    const [type = '', ...rest] = text.split(';').map(part => part.trim())
    const parameters: Record<string, string> = {}
    for (const part of rest) {
      const equals = part.indexOf('=')
      if (equals > 0) parameters[part.slice(0, equals).toLowerCase()] = part.slice(equals + 1)
    }
    const weight = Number(parameters.q ?? 1)
    return { type, parameters, weight: Number.isNaN(weight) ? 1 : weight }
  })
  return all.sort((a, b) => b.weight - a.weight)
}

const fits = (accepted: string, mediaType: string) =>
  accepted === mediaType || accepted === '*/*' || (accepted === 'application/*' && mediaType.startsWith('application/'))

/** `undefined`: no transform is asked for; `null`: one that does not exist. */
function transformOf({ parameters }: Clause): Transform | undefined | null {
  const { as = '', g = '', v = '' } = parameters
  if (!('as' in parameters || 'g' in parameters || 'v' in parameters)) return undefined
  if (!transforms.has(as) || g !== 'meta.k8s.io' || !versions.has(v)) return null
  return { kind: as as Transform['kind'], apiVersion: `${g}/${v}` }
}

export interface Offer {
  /** Whether the answer is about a kind, and can be told as a table or as metadata alone. */
  readonly transforms: boolean
  /** Objects of a kind that has no protobuf: only tables and metadata of it do. */
  readonly custom?: boolean
  /** False: not in CBOR, whatever its gate. */
  readonly cbor?: boolean
  /** Frames that follow one another: there is no such form of YAML. */
  readonly stream?: true
}

/** The form the client likes best of those there are. Throws NotAcceptable. Upstream's `negotiation.NegotiateMediaTypeOptions`. */
export function accept(request: ServerRequest, offer: Offer): Accepted {
  const all = offer.cbor === false ? withoutCbor : formatsOf(request)
  let framed = false
  for (const clause of clauses(request.headers.accept)) {
    const found = all.find(([, mediaType]) => fits(clause.type, mediaType))
    if (!found) continue
    const { stream = '', sv = '' } = clause.parameters
    if ((stream && stream !== 'watch') || sv) continue
    const transform = transformOf(clause)
    if (transform === null || (transform && !offer.transforms)) continue
    if (transform?.kind === 'Table' && !tableForms.has(found[0])) continue
    if (offer.custom && !transform && found[0] === 'protobuf') continue
    if (offer.stream && found[0] === 'yaml') {
      framed = true
      break
    }
    return {
      format: found[0],
      ...(transform ? { transform } : {}),
      pretty: clause.parameters.pretty === '1' || isPretty(request),
    }
  }
  // Upstream asks what the client accepts at all, and only then about frames.
  const told = all.filter(([format]) => !framed || format !== 'yaml')
  throw notAcceptable(told.map(([format, mediaType]) => (framed ? streamType(format) : mediaType)))
}

/** How frames of a form are called where a client is told what there is. */
const streamType = (format: Format) => (format === 'cbor' ? cborSequence : `${mediaTypes[format]};stream=watch`)
export const streamTypes = (cbor: boolean): readonly string[] => [
  streamType('json'),
  streamType('protobuf'),
  ...(cbor ? [cborSequence] : []),
]

/** People get indented text: those who ask for it, and those who come with a browser or curl. */
function isPretty({ query, headers }: ServerRequest): boolean {
  const asked = query.get('pretty')
  if (asked) return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(asked)
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '')
}

/** A Content-Type without its parameters. */
export const mediaTypeOf = (contentType = ''): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()

/** The form of a request's body; absent means JSON. Throws UnsupportedMediaType. */
export function bodyFormat(request: ServerRequest): Format {
  const contentType = request.headers['content-type']
  if (!contentType) return 'json'
  // A parameter without a value makes it no media type at all.
  const type = /;\s*[^;=\s]+\s*(?:;|$)/.test(contentType) ? '' : mediaTypeOf(contentType)
  const all = formatsOf(request)
  const found = all.find(([, mediaType]) => mediaType === type)
  if (!found) throw unsupportedMediaType(all.map(([, mediaType]) => mediaType))
  return found[0]
}

export type Include = 'None' | 'Metadata' | 'Object'

/** What of each object a table's rows hold. Throws BadRequest. */
export function includeObject(query: URLSearchParams): Include {
  const asked = query.get('includeObject') || 'Metadata'
  if (asked === 'None' || asked === 'Metadata' || asked === 'Object') return asked
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Unsupported value: ${JSON.stringify(asked)}: supported values: "", "Metadata", "None", "Object"`,
  )
}
