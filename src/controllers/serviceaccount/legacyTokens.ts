import { configMaps } from '../../api/core/configMap.ts'
import { invalidSinceLabel, trackingName } from '../../api/core/legacyTokens.ts'
import { podReferences } from '../../api/core/pod/references.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { type Secret, secrets } from '../../api/core/secret.ts'
import { serviceAccounts } from '../../api/core/serviceAccount.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'
import { dayOf, verdictOn } from './unused.ts'

const tokenType = 'kubernetes.io/service-account-token'
const nameAnnotation = 'kubernetes.io/service-account.name'
const uidAnnotation = 'kubernetes.io/service-account.uid'
const day = 24 * 3_600_000
const usualPeriod = 365 * day
const everything = 'all'

/**
 * Marks tokens that were made with their service accounts and that nobody has used for a year as invalid, and deletes them
 * after another (`serviceaccount.LegacySATokenCleaner`). Looks once a day.
 */
function create({ client, informers, clock, log, options }: ControllerContext): Controller {
  const period = options.legacyTokenPeriod ?? usualPeriod
  const tokens = informers.of(secrets, { fieldSelector: `type=${tokenType}` })
  const accounts = informers.of(serviceAccounts)
  const running = informers.of(pods)
  const nothing = () => []

  /** Whether the Secret was made for its account and is named there; one that somebody made is none of ours. */
  const isGenerated = ({ metadata }: Secret): boolean => {
    const { namespace, name, annotations = {} } = metadata
    const account = accounts.cache.get(`${namespace}/${annotations[nameAnnotation]}`)
    const uid = annotations[uidAnnotation]
    if (!account || (uid && uid !== account.metadata.uid)) return false
    return account.secrets?.some(reference => reference.name === name) ?? false
  }
  const trackedSince = async (): Promise<number | undefined> => {
    const { data } = await client.of(configMaps).get(trackingName, { namespace: 'kube-system' })
    const since = Date.parse(data?.since ?? '')
    if (Number.isNaN(since)) throw new Error(`the ConfigMap kube-system/${trackingName} does not say since when`)
    return since
  }
  const mark = ({ metadata }: Secret, now: number) => {
    const { namespace = '', name = '', uid } = metadata
    const patch = { metadata: { uid, labels: { [invalidSinceLabel]: dayOf(now) } } }
    log.info('a service account token that nobody uses is marked invalid', { namespace, secret: name })
    return client.of(secrets).patch(name, 'merge', patch, { namespace })
  }
  const remove = ({ metadata }: Secret) => {
    const { namespace = '', name = '', resourceVersion } = metadata
    log.info('a service account token that nobody uses is deleted', { namespace, secret: name })
    return client.of(secrets).delete(name, { namespace, preconditions: { resourceVersion } })
  }
  return {
    name: 'legacy-serviceaccount-token-cleaner',
    workers: 1,
    watches: [
      watching(tokens, nothing),
      watching(accounts, nothing),
      watching(running, nothing),
      {
        informer: tokens,
        begin(queue) {
          queue.add(everything)
          return nothing
        },
      },
    ],
    async reconcile() {
      const now = clock.now()
      if (tokens.cache.list().length === 0) return { again: day }
      const since = await trackedSince()
      // Notes are whole from the day after the first.
      if (since === undefined || now < since + day + period) return { again: day }
      const mounted = new Set(
        running.cache
          .list()
          .flatMap(pod => [...podReferences(pod).secrets].map(name => `${pod.metadata.namespace}/${name}`)),
      )
      for (const secret of tokens.cache.list()) {
        const verdict = verdictOn(secret, now, period)
        if (verdict === 'keep' || !isGenerated(secret) || mounted.has(keyOf(secret))) continue
        try {
          if (verdict === 'mark') await mark(secret, now)
          else await remove(secret)
        } catch (error) {
          if (is(error, 'NotFound') || is(error, 'Conflict')) continue
          const { namespace, name } = secret.metadata
          log.error('a service account token that nobody uses stays as it is', { namespace, secret: name, error })
        }
      }
      return { again: day }
    },
  }
}

export const legacytokencleaner: ControllerModule = {
  name: 'legacy-serviceaccount-token-cleaner-controller',
  account: 'legacy-service-account-token-cleaner',
  create,
}
