import { AdmissionReview, AdmissionReviewV1beta1 } from '../../../api/index.ts'
import { fromJson, toJson } from '../../../schema/codec/json.ts'
import type { AdmissionRequest } from '../../contract.ts'
import { kindOf } from './shown.ts'
import { type Way, wayOfRequest } from './ways.ts'

/** A write as a webhook sees it. */
export interface View {
  readonly request: AdmissionRequest
  /** How the webhook would have asked. */
  readonly way: Way
  /** Whether the webhook may change the object: then a name that the server made is not told yet. */
  readonly mutating: boolean
  readonly object: unknown
  readonly oldObject: unknown
}

/** The namespace of a request; a namespace is in itself. */
export const namespaceOf = ({ resource, namespace, name }: AdmissionRequest): string =>
  resource.qualified === 'namespaces' ? namespace || name : namespace

const gvk = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) => {
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  return { group, version, kind }
}
const gvr = ({ group, version, resource }: Way) => ({ group, version, resource })

/** What a review asks, but for its uid. */
export function asked({ request, way, mutating, object, oldObject }: View) {
  const { user, subresource, operation, dryRun, options } = request
  return {
    kind: gvk(kindOf(request, way.served)),
    resource: gvr(way),
    subResource: subresource,
    requestKind: gvk(kindOf(request, request.served)),
    requestResource: gvr(wayOfRequest(request)),
    requestSubResource: subresource,
    name: mutating && request.generatedName ? '' : request.name,
    namespace: namespaceOf(request),
    operation,
    userInfo: {
      username: user.name,
      uid: user.uid ?? '',
      groups: [...user.groups],
      extra: Object.fromEntries(Object.entries(user.extra ?? {}).map(([key, values]) => [key, [...values]])),
    },
    object,
    oldObject,
    dryRun,
    options: options ?? null,
  }
}

/** The version of the review that a webhook likes best of those there are; undefined: it knows none. */
export const reviewVersion = (versions: readonly string[]): 'v1' | 'v1beta1' | undefined =>
  versions.find(version => version === 'v1' || version === 'v1beta1') as 'v1' | 'v1beta1' | undefined

const types = { v1: AdmissionReview, v1beta1: AdmissionReviewV1beta1 }

/** The review in JSON. */
export const reviewOf = (view: View, version: 'v1' | 'v1beta1', uid: string): unknown =>
  toJson(types[version], {
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: { uid, ...asked(view) },
  } as AdmissionReview)

/** What a webhook answered. */
export interface Verdict {
  readonly allowed: boolean
  /** The text of a JSON patch; empty: none. */
  readonly patch: string
  readonly status: NonNullable<AdmissionReview['response']>['status']
  readonly auditAnnotations: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
}

/** Reads an answer. Throws a DecodeError when it is no review. */
export const readReview = (answer: unknown, version: 'v1' | 'v1beta1'): AdmissionReview =>
  fromJson(types[version], answer) as AdmissionReview

/** Checks an answer as upstream does. Throws an Error that says what is wrong with it. */
export function verdictIn(
  review: AdmissionReview,
  { version, uid, mutating }: { readonly version: 'v1' | 'v1beta1'; readonly uid: string; readonly mutating: boolean },
): Verdict {
  const { response } = review
  if (!response) throw new Error('webhook response was absent')
  const { patch = '', patchType } = response
  if (version === 'v1') {
    const quoted = (text: string | undefined) => JSON.stringify(text ?? '')
    if (response.uid !== uid) throw new Error(`expected response.uid=${quoted(uid)}, got ${quoted(response.uid)}`)
    checkKind(review)
    if (!mutating) {
      if (patch) throw new Error('validating webhook may not return response.patch')
      if (patchType !== undefined) throw new Error('validating webhook may not return response.patchType')
    }
    if (patch && patchType === undefined) throw new Error('webhook returned response.patch but not response.patchType')
    if (!patch && patchType !== undefined) throw new Error('webhook returned response.patchType but not response.patch')
    if (patchType === '') throw new Error('webhook returned invalid response.patchType of ""')
    if (patchType !== undefined && patchType !== 'JSONPatch')
      throw new Error(`unsupported patch type ${quoted(patchType)}`)
  }
  const { allowed, status, auditAnnotations = {}, warnings = [] } = response
  const text = mutating ? Buffer.from(patch, 'base64').toString() : ''
  return { allowed, patch: text, status, auditAnnotations, warnings }
}

function checkKind({ apiVersion = '', kind = '' }: AdmissionReview): void {
  if (apiVersion === 'admission.k8s.io/v1' && kind === 'AdmissionReview') return
  const got = `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`
  throw new Error(`expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${got}`)
}
