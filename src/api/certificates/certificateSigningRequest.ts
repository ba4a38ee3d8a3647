import {
  bytes,
  fields,
  int32,
  list,
  listOf,
  map,
  object,
  one,
  root,
  string,
  strings,
  time,
} from '../../schema/fields.ts'
import { text } from '../../schema/scalars/basic.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, humanDuration, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { requestRules, stamped, statusUpdateRules } from './requestRules.ts'

const spec = fields({
  /** The request: PKCS #10 as PEM. */
  request: bytes(1, { always: true }),
  /** Who is to sign, as `domain/name`. */
  signerName: string(7, { always: true }),
  /** How long the certificate is to be good, in seconds; the signer may give less. */
  expirationSeconds: int32(8, { pointer: true }),
  /** What the certificate is to be good for. */
  usages: strings(5, { listType: 'atomic' }),
  /** Who asked. Set by the server. */
  username: string(2),
  /** UID of who asked. Set by the server. */
  uid: string(3),
  /** Groups of who asked. Set by the server. */
  groups: strings(4, { listType: 'atomic' }),
  /** More about who asked. Set by the server. */
  extra: map(6, listOf(text)),
})
export interface CertificateSigningRequestSpec extends Shape<typeof spec> {}
export const CertificateSigningRequestSpec: Type<CertificateSigningRequestSpec> = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequestSpec',
  spec,
)

const condition = fields({
  /** Approved, Denied or Failed. */
  type: string(1, { always: true }),
  /** Whether it holds; Approved and Denied always do. */
  status: string(6, { always: true }),
  /** Why, as one word. */
  reason: string(2),
  /** Why, for people. */
  message: string(3),
  /** When the condition was last written. */
  lastUpdateTime: time(4, { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(5, { always: true }),
})
export interface CertificateSigningRequestCondition extends Shape<typeof condition> {}
export const CertificateSigningRequestCondition: Type<CertificateSigningRequestCondition> = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequestCondition',
  condition,
)

const status = fields({
  /** What was decided. */
  conditions: list(1, CertificateSigningRequestCondition, { listType: 'map', listKeys: ['type'] }),
  /** The certificate, as PEM, once it is signed. */
  certificate: bytes(2),
})
export interface CertificateSigningRequestStatus extends Shape<typeof status> {}
export const CertificateSigningRequestStatus: Type<CertificateSigningRequestStatus> = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequestStatus',
  status,
)

const certificateSigningRequest = fields({
  /** Name, labels and the like. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is asked for. */
  spec: one(2, CertificateSigningRequestSpec, { always: true, required: true }),
  /** What became of it. */
  status: one(3, CertificateSigningRequestStatus, { always: true }),
})
export interface CertificateSigningRequest extends RootShape<typeof certificateSigningRequest> {}
export const CertificateSigningRequest: Type<CertificateSigningRequest> = root(
  'io.k8s.api.certificates.v1.CertificateSigningRequest',
  certificateSigningRequest,
)

const certificateSigningRequestList = fields({
  /** Version of the list, and where its next page begins. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, CertificateSigningRequest, { always: true }),
})
export interface CertificateSigningRequestList extends RootShape<typeof certificateSigningRequestList> {}
export const CertificateSigningRequestList: Type<CertificateSigningRequestList> = root(
  'io.k8s.api.certificates.v1.CertificateSigningRequestList',
  certificateSigningRequestList,
)

/** Decisions are the approver's: they stay as they are, unless some were added or taken away, which the rules refuse. */
function keepDecisions(now: CertificateSigningRequest, old: CertificateSigningRequest): void {
  const conditions = now.status.conditions
  for (const type of ['Approved', 'Denied']) {
    const of = (all: readonly CertificateSigningRequestCondition[] = []) => all.filter(each => each.type === type)
    const before = of(old.status.conditions)
    if (!conditions || before.length !== of(conditions).length) continue
    for (const [index, each] of conditions.entries())
      if (each.type === type) conditions[index] = before.shift() as CertificateSigningRequestCondition
  }
}

/** Fills in the times that writers left out. */
function stamp(now: CertificateSigningRequest, old: CertificateSigningRequest, timestamp: string): void {
  const conditions = stamped(now.status.conditions, old.status.conditions, timestamp)
  if (conditions) now.status.conditions = conditions
}

const conditionText = ({ status: { conditions = [], certificate } }: CertificateSigningRequest): string => {
  const told = ['Approved', 'Denied', 'Failed'].filter(type => conditions.some(each => each.type === type))
  if (told.length === 0) return 'Pending'
  return [...told, ...(certificate ? ['Issued'] : [])].join(',')
}

/** A wish for a certificate, approved by somebody and signed by a signer. */
export const certificateSigningRequests = resource<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  short: ['csr'],
  namespaced: false,
  type: CertificateSigningRequest,
  generation: false,
  rules: requestRules,
  select: { 'spec.signerName': object => object.spec.signerName },
  changes: {
    resets: [['spec'], ['status']],
    create(object, { user }) {
      const { name, uid, groups, extra } = user
      const { request, signerName, expirationSeconds, usages } = object.spec
      object.spec = {
        request,
        signerName,
        ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
        ...(usages ? { usages } : {}),
        username: name,
        ...(uid ? { uid } : {}),
        groups: [...groups],
        ...(extra
          ? { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) }
          : {}),
      }
      object.status = {}
    },
    update(object, old) {
      object.spec = old.spec
      object.status = old.status
    },
  },
  subresources: {
    status: {
      form: 'view',
      resets: [['spec'], ['status', 'conditions']],
      update(object, old, { timestamp }) {
        object.spec = old.spec
        keepDecisions(object, old)
        stamp(object, old, timestamp)
      },
      rules: requestRules,
      updateRules: (object, old) => statusUpdateRules(object, old, { decide: false, issue: true }),
    },
    approval: {
      form: 'view',
      resets: [['spec'], ['status', 'certificate']],
      update(object, old, { timestamp }) {
        stamp(object, old, timestamp)
        object.spec = old.spec
        const { conditions: _, ...status } = old.status
        const { conditions } = object.status
        object.status = { ...status, ...(conditions ? { conditions } : {}) }
      },
      rules: requestRules,
      updateRules: (object, old) => statusUpdateRules(object, old, { decide: true, issue: false }),
    },
  },
  columns: [
    nameColumn,
    ageColumn,
    { name: 'SignerName', type: 'string', description: 'Who is to sign.', cell: object => object.spec.signerName },
    { name: 'Requestor', type: 'string', description: 'Who asked.', cell: object => object.spec.username ?? '' },
    {
      name: 'RequestedDuration',
      type: 'string',
      description: 'How long it is to be good.',
      cell: object =>
        object.spec.expirationSeconds === undefined ? '<none>' : humanDuration(object.spec.expirationSeconds * 1000),
    },
    { name: 'Condition', type: 'string', description: 'What became of it.', cell: conditionText },
  ],
})
