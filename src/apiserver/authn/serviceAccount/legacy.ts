import { invalidSinceLabel, lastUsedLabel } from '../../../api/core/legacyTokens.ts'
import { type Secret, type ServiceAccount, secrets, serviceAccounts } from '../../../api/index.ts'
import type { Clock } from '../../../base/clock.ts'
import { createLru } from '../../../base/lru.ts'
import type { ObjectReader } from '../../contract.ts'
import type { TokenMeter } from '../../metrics/index.ts'
import type { TokenAuthenticator, TokenNotes } from '../token.ts'
import type { TokenKeys } from './keys.ts'
import { serviceAccountUser } from './user.ts'

/** Who tokens are from that Secrets keep. */
export const legacyIssuer = 'kubernetes/serviceaccount'

/** The claims of such a token: it never expires, and is good as long as its Secret is there. */
export interface LegacyClaims {
  readonly iss: string
  readonly sub: string
  readonly 'kubernetes.io/serviceaccount/namespace': string
  readonly 'kubernetes.io/serviceaccount/secret.name': string
  readonly 'kubernetes.io/serviceaccount/service-account.name': string
  readonly 'kubernetes.io/serviceaccount/service-account.uid': string
}

export interface LegacyTokensDeps {
  readonly keys: TokenKeys
  readonly objects: ObjectReader
  readonly clock: Clock
  readonly audiences: readonly string[]
  /** Whether the Secret must still hold the token. */
  readonly lookup: boolean
  readonly meter?: TokenMeter
  /** Notes the day on the Secret. Not waited for; must not reject. */
  used?(namespace: string, secret: string, day: string): void
}

/** Tokens that Secrets of type kubernetes.io/service-account-token keep (`serviceaccount.legacyValidator`). */
export function legacyTokens({
  keys,
  objects,
  clock,
  audiences,
  lookup,
  meter,
  used,
}: LegacyTokensDeps): TokenAuthenticator {
  const verified = createLru<string, LegacyClaims>({ capacity: 4096 })
  /** The day on which a use was last noted, by Secret: the note takes a while to be seen. */
  const noted = createLru<string, string>({ capacity: 4096 })
  const note = ({ metadata }: Secret) => {
    const { namespace = '', name = '', labels } = metadata
    const day = new Date(clock.now()).toISOString().slice(0, 10)
    const key = `${namespace}/${name}`
    if (labels?.[lastUsedLabel] === day || noted.get(key) === day) return
    noted.set(key, day)
    used?.(namespace, name, day)
  }
  return {
    name: 'serviceaccount-legacy',
    async authenticateToken(token, asked, notes) {
      const claims = verified.get(token) ?? (await keys.verifyLegacy(token))
      if (!claims) return undefined
      verified.set(token, claims)
      notes?.annotate('authentication.k8s.io/legacy-token', claims.sub)
      meter?.('legacy')
      // Such tokens name no audience: they are for this server.
      const known = audiences.filter(audience => asked.includes(audience))
      if (known.length === 0) {
        throw new Error(`token audiences ${told(audiences)} is invalid for the target audiences ${told(asked)}`)
      }
      const namespace = claims['kubernetes.io/serviceaccount/namespace']
      const secretName = claims['kubernetes.io/serviceaccount/secret.name']
      const name = claims['kubernetes.io/serviceaccount/service-account.name']
      const uid = claims['kubernetes.io/serviceaccount/service-account.uid']
      if (!namespace || !secretName || !name || !uid) throw new Error('the token lacks claims')
      if (lookup) checkSecret(objects, namespace, secretName, token)
      const account = objects.get(serviceAccounts, namespace, name)
      if (!account) throw new Error(`serviceaccounts "${name}" not found`)
      if (account.metadata.deletionTimestamp) throw new Error(`service account ${namespace}/${name} has been deleted`)
      if (account.metadata.uid !== uid) {
        throw new Error(`service account UID (${account.metadata.uid}) does not match claim (${uid})`)
      }
      const secret = lookup ? objects.get(secrets, namespace, secretName) : undefined
      if (secret) {
        note(secret)
        judge(secret, account, notes, meter)
      }
      return { user: serviceAccountUser({ namespace, name, uid }), audiences: known }
    },
  }
}

const told = (items: readonly string[]) => `[${items.map(item => JSON.stringify(item)).join(' ')}]`

function checkSecret(objects: ObjectReader, namespace: string, name: string, token: string): void {
  const secret = objects.get(secrets, namespace, name)
  if (!secret || secret.metadata.deletionTimestamp) throw new Error('Token has been invalidated')
  if (Buffer.from(secret.data?.token ?? '', 'base64').toString() !== token) {
    throw new Error("Token does not match server's copy")
  }
}

/** Tells what kind of token it is. Throws for one that is marked: nobody has used it for long. */
function judge(secret: Secret, account: ServiceAccount, notes: TokenNotes | undefined, meter?: TokenMeter): void {
  const { namespace = '', name = '', labels } = secret.metadata
  if (labels?.[invalidSinceLabel]) {
    notes?.annotate('authentication.k8s.io/legacy-token-invalidated', `${name}/${namespace}`)
    meter?.('invalidated')
    const which = `the token in secret ${namespace}/${name} for service account ${namespace}/${account.metadata.name}`
    const instead = 'Use tokens from the TokenRequest API or manually created secret-based tokens'
    throw new Error(
      `${which} has been marked invalid. ${instead}, or remove the '${invalidSinceLabel}' label from the secret to temporarily allow use of this token`,
    )
  }
  if (account.secrets?.some(reference => reference.name === name)) {
    const instead = 'Use tokens from the TokenRequest API or manually created secret-based tokens'
    notes?.warn(`${instead} instead of auto-generated secret-based tokens.`)
    notes?.annotate('authentication.k8s.io/legacy-token-autogenerated-secret', name)
    meter?.('auto')
  } else {
    notes?.annotate('authentication.k8s.io/legacy-token-manual-secret', name)
    meter?.('manual')
  }
}
