import { ageColumn, humanDuration, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { CertificateSigningRequest, type CertificateSigningRequestCondition } from './certificateSigningRequestType.ts'
import { requestRules, stamped, statusUpdateRules } from './requestRules.ts'
import { requestV1beta1 } from './requestV1beta1.ts'

export {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
  CertificateSigningRequestList,
  CertificateSigningRequestSpec,
  CertificateSigningRequestStatus,
} from './certificateSigningRequestType.ts'

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
  versions: [requestV1beta1],
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
