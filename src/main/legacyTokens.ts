import { lastUsedLabel } from '../api/core/legacyTokens.ts'
import { secrets } from '../api/core/secret.ts'
import { is } from '../api/meta/statusError.ts'
import { legacyIssuer, serviceAccountUserName, type TokenKeys } from '../apiserver/authn/index.ts'
import type { ApiServer } from '../apiserver/index.ts'
import type { Logger } from '../base/log.ts'
import { createClient } from '../client/client.ts'
import type { ControllerOptions } from '../controllers/index.ts'

/** Signs tokens that Secrets keep. */
export const legacyTokenOf =
  (keys: TokenKeys): NonNullable<ControllerOptions['legacyToken']> =>
  ({ namespace, secret, account, uid }) =>
    keys.sign({
      iss: legacyIssuer,
      sub: serviceAccountUserName(namespace, account),
      'kubernetes.io/serviceaccount/namespace': namespace,
      'kubernetes.io/serviceaccount/secret.name': secret,
      'kubernetes.io/serviceaccount/service-account.name': account,
      'kubernetes.io/serviceaccount/service-account.uid': uid,
    })

const self = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] }

/** Notes on a Secret the day on which its token was used: so that people find those that nobody needs. Never rejects. */
export async function noteUse(
  server: ApiServer,
  log: Logger,
  namespace: string,
  secret: string,
  day: string,
): Promise<void> {
  const patch = { metadata: { labels: { [lastUsedLabel]: day } } }
  try {
    await createClient(server.connect(self)).of(secrets).patch(secret, 'merge', patch, { namespace })
  } catch (error) {
    if (!is(error, 'NotFound')) log.warn('the use of a token could not be noted', { namespace, secret, error })
  }
}
