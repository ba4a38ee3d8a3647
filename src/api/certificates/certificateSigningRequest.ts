import {
  bytes,
  fields,
  int32,
  list,
  listOf,
  map,
  object,
  one,
  oneOf,
  root,
  string,
  strings,
  time,
} from '../../schema/fields.ts'
import { forbidden, invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { text } from '../../schema/scalars/basic.ts'
import type { FieldError, RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, humanDuration, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'

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
  status: oneOf(6, ['True', 'False', 'Unknown'], { always: true }),
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

/** The shortest life that may be asked for, in seconds. */
const shortest = 600

function rules({
  spec: { request, signerName, expirationSeconds, usages },
}: CertificateSigningRequest): readonly FieldError[] {
  const errors: FieldError[] = []
  const path = at('spec')
  if (!request) errors.push(required(path.child('request')))
  if (!usages?.length) errors.push(required(path.child('usages')))
  if (!signerName) errors.push(required(path.child('signerName')))
  else if (
    !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(
      signerName,
    )
  ) {
    errors.push(
      invalid(
        path.child('signerName'),
        signerName,
        'must be a fully qualified domain and path of the form "example.com/signer-name"',
      ),
    )
  }
  if (expirationSeconds !== undefined && expirationSeconds < shortest)
    errors.push(
      invalid(
        path.child('expirationSeconds'),
        expirationSeconds,
        `may not specify a duration less than ${shortest} seconds (10 minutes)`,
      ),
    )
  return errors
}

/** Approved and Denied exclude each other. */
function conditionRules({ status: { conditions = [] } }: CertificateSigningRequest): readonly FieldError[] {
  const has = (type: string) => conditions.some(each => each.type === type)
  return has('Approved') && has('Denied')
    ? [invalid(at('status', 'conditions'), 'Denied', 'Approved and Denied conditions are mutually exclusive')]
    : []
}

const decided = (conditions: readonly CertificateSigningRequestCondition[] | undefined) =>
  JSON.stringify((conditions ?? []).filter(each => each.type !== 'Failed').map(({ type, status: is }) => [type, is]))

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
  rules,
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
      update(object, old) {
        object.spec = old.spec
      },
      rules: conditionRules,
      updateRules: (object, old) =>
        decided(object.status.conditions) === decided(old.status.conditions)
          ? []
          : [
              forbidden(
                at('status', 'conditions'),
                'updates may not add or remove a condition of type "Approved" or "Denied"',
              ),
            ],
    },
    approval: {
      form: 'view',
      resets: [['spec'], ['status', 'certificate']],
      update(object, old) {
        object.spec = old.spec
        object.status = { ...old.status, ...(object.status.conditions ? { conditions: object.status.conditions } : {}) }
      },
      rules: conditionRules,
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
