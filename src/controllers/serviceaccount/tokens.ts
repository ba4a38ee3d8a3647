import { type Secret, secrets } from '../../api/core/secret.ts'
import { type ServiceAccount, serviceAccounts } from '../../api/core/serviceAccount.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'

const tokenType = 'kubernetes.io/service-account-token'
const nameAnnotation = 'kubernetes.io/service-account.name'
const uidAnnotation = 'kubernetes.io/service-account.uid'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/**
 * Fills Secrets of type kubernetes.io/service-account-token with a token of the account that they name, and deletes them
 * when that is gone (`serviceaccount.TokensController`).
 */
function create({ client, informers, options }: ControllerContext): Controller[] {
  const { legacyToken, rootCa } = options
  if (!legacyToken) return []
  const tokens = informers.of(secrets, { fieldSelector: `type=${tokenType}` })
  const accounts = informers.of(serviceAccounts)
  const keyOf = ({ metadata }: Secret) => `${metadata.namespace}/${metadata.name}`
  const ofAccount = (namespace: string, name: string) =>
    tokens.cache
      .list()
      .filter(({ metadata }) => metadata.namespace === namespace && metadata.annotations?.[nameAnnotation] === name)

  /** As it is now: what the cache does not have may only be late. */
  const accountOf = async (secret: Secret): Promise<ServiceAccount | undefined> => {
    const { namespace = '', annotations = {} } = secret.metadata
    const name = annotations[nameAnnotation] ?? ''
    const fits = (account: ServiceAccount | undefined) =>
      account && (!annotations[uidAnnotation] || annotations[uidAnnotation] === account.metadata.uid)
        ? account
        : undefined
    const cached = fits(accounts.cache.get(`${namespace}/${name}`))
    if (cached || !name) return cached
    try {
      return fits(await client.of(serviceAccounts).get(name, { namespace }))
    } catch (error) {
      if (is(error, 'NotFound')) return undefined
      throw error
    }
  }
  const fill = async (secret: Secret, account: ServiceAccount) => {
    const { namespace = '', name = '' } = secret.metadata
    const uid = account.metadata.uid ?? ''
    const { data = {} } = secret
    const ca = rootCa === undefined ? data['ca.crt'] : base64(rootCa)
    const complete =
      data['ca.crt'] === ca &&
      data.namespace !== undefined &&
      data.token !== undefined &&
      secret.metadata.annotations?.[uidAnnotation] === uid
    if (complete) return
    const token =
      data.token ?? base64(await legacyToken({ namespace, secret: name, account: account.metadata.name ?? '', uid }))
    await client.of(secrets).update({
      ...secret,
      metadata: {
        ...secret.metadata,
        annotations: { ...secret.metadata.annotations, [uidAnnotation]: uid },
      },
      data: {
        ...data,
        ...(ca === undefined ? {} : { 'ca.crt': ca }),
        namespace: data.namespace ?? base64(namespace),
        token,
      },
    })
  }
  const controller: Controller = {
    name: 'serviceaccount-token',
    workers: 1,
    watches: [
      watching(tokens, ({ type, object }) => (type === 'removed' ? [] : [keyOf(object)])),
      watching(accounts, ({ object }) =>
        ofAccount(object.metadata.namespace ?? '', object.metadata.name ?? '').map(keyOf),
      ),
    ],
    async reconcile(key) {
      const secret = tokens.cache.get(key)
      if (!secret || secret.metadata.deletionTimestamp) return undefined
      const { namespace = '', name = '', uid } = secret.metadata
      const account = await accountOf(secret)
      try {
        if (account) await fill(secret, account)
        else await client.of(secrets).delete(name, { namespace, preconditions: { uid } })
      } catch (error) {
        // Somebody else changed it: that change brings it here again.
        if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
      }
      return undefined
    },
  }
  return [controller]
}

export const serviceaccounttoken: ControllerModule = {
  name: 'serviceaccount-token-controller',
  account: 'manager',
  asManager: true,
  create,
}
