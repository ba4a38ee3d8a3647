import type { UserInfo } from '../../../api/resource.ts'
import { type Ask, Awaiting, type Question, type Ruling } from '../../../cel/library/authorizer.ts'
import { serviceAccountGroups, serviceAccountUserName } from '../../authn/serviceAccount/user.ts'
import type { Authorization } from '../../authz/index.ts'
import type { AuthorizationAttributes } from '../../contract.ts'

/** Questions that expressions of one request ask the authorizer, each asked once. */
export interface Inquiries {
  readonly ask: Ask
  /** Carries out `work`, again each time an answer has come that it had to wait for. */
  answered<T>(work: () => T): Promise<T>
}

export function inquiriesOf(authorization: Pick<Authorization, 'authorize'>, user: UserInfo): Inquiries {
  const known = new Map<string, Ruling>()
  const ask: Ask = question => {
    const key = JSON.stringify(question)
    const ruling = known.get(key)
    if (ruling) return ruling
    return rulingOn(authorization, attributesOf(question, user)).then(answer => {
      known.set(key, answer)
      return answer
    })
  }
  return {
    ask,
    async answered(work) {
      for (;;) {
        try {
          return work()
        } catch (error) {
          if (!(error instanceof Awaiting)) throw error
          await error.answer
        }
      }
    },
  }
}

async function rulingOn(
  authorization: Pick<Authorization, 'authorize'>,
  attributes: AuthorizationAttributes,
): Promise<Ruling> {
  try {
    const { decision, reason } = await authorization.authorize(attributes)
    return { allowed: decision === 'allow', reason }
  } catch (error) {
    return { allowed: false, reason: '', error: (error as Error).message }
  }
}

function attributesOf(question: Question, user: UserInfo): AuthorizationAttributes {
  const { serviceAccount, verb, path = '', resource } = question
  const asking: UserInfo = serviceAccount
    ? {
        name: serviceAccountUserName(serviceAccount.namespace, serviceAccount.name),
        groups: [...serviceAccountGroups(serviceAccount.namespace), 'system:authenticated'],
      }
    : user
  return {
    user: asking,
    verb,
    isResource: resource !== undefined,
    group: resource?.group ?? '',
    version: resource ? '*' : '',
    resource: resource?.resource ?? '',
    subresource: resource?.subresource ?? '',
    namespace: resource?.namespace ?? '',
    name: resource?.name ?? '',
    path,
    ...(resource?.fieldSelector ? { fieldSelector: resource.fieldSelector } : {}),
    ...(resource?.labelSelector ? { labelSelector: resource.labelSelector } : {}),
  }
}
