import { podReferences } from '../../../api/core/pod/references.ts'
import { type Pod, type ServiceAccount, serviceAccounts } from '../../../api/index.ts'
import { type Clock, sleep } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'
import type { AdmissionPlugin, AdmissionRequest, LiveRead, ObjectReader } from '../../contract.ts'
import { refusal } from '../refusal.ts'
import { forbiddenEphemeralSecret, forbiddenSecret, limitsSecrets } from './mountableSecrets.ts'
import { mountToken, wantsToken } from './tokenVolume.ts'

/** How long to wait for the `default` account of a namespace that has just been made, in milliseconds. */
const patience = { each: 100, times: 20 }
const isMirror = (pod: Pod) => pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined

/**
 * Every pod runs as a service account of its namespace: `default` unless it says otherwise. The account's token is mounted
 * and its pull secrets are taken over (`plugin/pkg/admission/serviceaccount`).
 */
export function serviceAccount(deps: {
  readonly objects: ObjectReader
  readonly live?: LiveRead
  readonly clock: Clock
  readonly random: Random
}): AdmissionPlugin {
  const find = async (request: AdmissionRequest, name: string): Promise<ServiceAccount> => {
    const { namespace } = request
    for (let tries = name === 'default' ? patience.times : 1; ; tries--) {
      const account =
        deps.objects.get(serviceAccounts, namespace, name) ?? (await deps.live?.(serviceAccounts, namespace, name))
      if (account) return account
      if (tries <= 1) break
      // A controller makes it soon after the namespace.
      await sleep(deps.clock, patience.each)
    }
    const missing = `serviceaccount ${JSON.stringify(name)} not found`
    throw refusal(request, `error looking up service account ${namespace}/${name}: ${missing}`)
  }

  return {
    name: 'ServiceAccount',
    async mutate(request) {
      if (!isPod(request) || request.operation !== 'CREATE' || request.subresource) return
      const pod = request.object as Pod
      if (isMirror(pod)) return
      const { spec } = pod
      spec.serviceAccountName ||= 'default'
      // The deprecated name of the same field goes along.
      spec.serviceAccount = spec.serviceAccountName
      const account = await find(request, spec.serviceAccountName)
      if (wantsToken(account, pod)) mountToken(pod, deps.random)
      if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
        spec.imagePullSecrets = account.imagePullSecrets.map(({ name }) => ({ name }))
      }
    },
    async validate(request) {
      if (!isPod(request)) return
      const pod = request.object as Pod
      if (request.operation === 'UPDATE' && request.subresource === 'ephemeralcontainers') {
        const account = await accountOf(request, pod, find)
        const why = limitsSecrets(account) ? forbiddenEphemeralSecret(account, pod) : undefined
        if (why) throw refusal(request, why)
      }
      if (request.operation !== 'CREATE' || request.subresource) return
      if (isMirror(pod)) return checkMirror(request, pod)
      const account = await accountOf(request, pod, find)
      const why = limitsSecrets(account) ? forbiddenSecret(account, pod) : undefined
      if (why) throw refusal(request, why)
    },
  }
}

const isPod = ({ resource }: AdmissionRequest) => resource.group === '' && resource.plural === 'pods'

function accountOf(
  request: AdmissionRequest,
  pod: Pod,
  find: (request: AdmissionRequest, name: string) => Promise<ServiceAccount>,
): Promise<ServiceAccount> {
  const name = pod.spec.serviceAccountName
  if (!name) {
    throw refusal(request, `no service account specified for pod ${request.namespace}/${pod.metadata.name ?? ''}`)
  }
  return find(request, name)
}

/** A mirror pod is the shadow of one that a kubelet runs by itself: it has nothing from the API. */
function checkMirror(request: AdmissionRequest, pod: Pod): void {
  if (pod.spec.serviceAccountName) throw refusal(request, 'a mirror pod may not reference service accounts')
  if (podReferences(pod).secrets.size > 0) throw refusal(request, 'a mirror pod may not reference secrets')
  const tokens = pod.spec.volumes?.some(volume => volume.projected?.sources?.some(source => source.serviceAccountToken))
  if (tokens) throw refusal(request, 'a mirror pod may not use ServiceAccountToken volume projections')
}
