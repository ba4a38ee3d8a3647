import type { Pod, ServiceAccount } from '../../../api/index.ts'

const annotation = 'kubernetes.io/enforce-mountable-secrets'
/** What Go's ParseBool takes for true. */
const truths = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])

/** Whether pods of the account may use no secrets but those that it lists. */
export const limitsSecrets = (account: ServiceAccount): boolean =>
  truths.has(account.metadata.annotations?.[annotation] ?? '')

type SecretUser = Pick<NonNullable<Pod['spec']['containers'][number]>, 'name' | 'env' | 'envFrom'>

/** Why a pod uses a secret that its account does not list; undefined when it uses none. */
export function forbiddenSecret(account: ServiceAccount, pod: Pod): string | undefined {
  const { spec } = pod
  const listed = new Set(account.secrets?.map(secret => secret.name))
  const why = `because service account ${account.metadata.name} does not reference that secret`
  for (const { secret } of spec.volumes ?? []) {
    const name = secret?.secretName
    if (secret && !listed.has(name)) return `volume with secret.secretName="${name ?? ''}" is not allowed ${why}`
  }
  const groups: readonly [string, readonly SecretUser[]][] = [
    ['init container', spec.initContainers ?? []],
    ['container', spec.containers],
  ]
  for (const [kind, containers] of groups) {
    const found = forbiddenIn(kind, containers, listed, why)
    if (found) return found
  }
  const pulls = new Set(account.imagePullSecrets?.map(secret => secret.name))
  const pull = (spec.imagePullSecrets ?? []).findIndex(secret => !pulls.has(secret.name))
  if (pull < 0) return undefined
  const name = spec.imagePullSecrets?.[pull]?.name ?? ''
  return `imagePullSecrets[${pull}].name="${name}" is not allowed ${why.replace('that secret', 'that imagePullSecret')}`
}

/** The same for the ephemeral containers, which come later. */
export function forbiddenEphemeralSecret(account: ServiceAccount, pod: Pod): string | undefined {
  const listed = new Set(account.secrets?.map(secret => secret.name))
  const why = `because service account ${account.metadata.name} does not reference that secret`
  return forbiddenIn('ephemeral container', pod.spec.ephemeralContainers ?? [], listed, why)
}

function forbiddenIn(
  kind: string,
  containers: readonly SecretUser[],
  listed: ReadonlySet<string | undefined>,
  why: string,
): string | undefined {
  for (const container of containers) {
    const place = `${kind} ${container.name} with`
    for (const variable of container.env ?? []) {
      const secret = variable.valueFrom?.secretKeyRef
      if (!secret || listed.has(secret.name)) continue
      return `${place} envVar ${variable.name} referencing secret.secretName="${secret.name}" is not allowed ${why}`
    }
    for (const { secretRef } of container.envFrom ?? []) {
      if (!secretRef || listed.has(secretRef.name)) continue
      return `${place} envFrom referencing secret.secretName="${secretRef.name}" is not allowed ${why}`
    }
  }
  return undefined
}
