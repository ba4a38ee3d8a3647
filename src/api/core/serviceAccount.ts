import { bool, fields, list, one, root } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { TokenRequest } from '../authentication/tokenRequest.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { LocalObjectReference, ObjectReference } from './references.ts'

const serviceAccount = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Secrets that pods of this account may use, when enforced by annotation. */
  secrets: list(2, ObjectReference, { mergeKey: 'name', patchStrategy: 'merge', listType: 'map', listKeys: ['name'] }),
  /** Secrets for pulling images, put into pods that name none. */
  imagePullSecrets: list(3, LocalObjectReference, { listType: 'atomic' }),
  /** Whether pods get a token of this account mounted. */
  automountServiceAccountToken: bool(4, { pointer: true }),
})
export interface ServiceAccount extends RootShape<typeof serviceAccount> {}
export const ServiceAccount: Type<ServiceAccount> = root('io.k8s.api.core.v1.ServiceAccount', serviceAccount)

const serviceAccountList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ServiceAccount, { always: true }),
})
export interface ServiceAccountList extends RootShape<typeof serviceAccountList> {}
export const ServiceAccountList: Type<ServiceAccountList> = root(
  'io.k8s.api.core.v1.ServiceAccountList',
  serviceAccountList,
)

/** Of a Secret that an account uses only the name counts. */
function bareSecrets(account: ServiceAccount): void {
  if (account.secrets) account.secrets = account.secrets.map(({ name }) => ({ name }))
}

const enforceAnnotation = 'kubernetes.io/enforce-mountable-secrets'
const enforces = ({ metadata }: ServiceAccount) => metadata.annotations?.[enforceAnnotation] !== undefined

/** An identity for what runs in pods. */
export const serviceAccounts = resource<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  returnsDeleted: true,
  short: ['sa'],
  namespaced: true,
  type: ServiceAccount,
  changes: {
    create: bareSecrets,
    update: bareSecrets,
    warnings: (object, old) =>
      enforces(object) && !(old && enforces(old))
        ? [
            `metadata.annotations[${enforceAnnotation}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
          ]
        : [],
  },
  columns: [nameColumn, ageColumn],
  subresources: {
    token: {
      form: 'action',
      verbs: ['create'],
      group: 'authentication.k8s.io',
      version: 'v1',
      kind: 'TokenRequest',
      type: TokenRequest,
    },
  },
})
