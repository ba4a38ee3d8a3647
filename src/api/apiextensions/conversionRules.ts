import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dns1035Label } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { caBundleProblem, webhookServiceRules, webhookUrlRules } from '../meta/webhookRules.ts'
import { isTrue } from './conditions.ts'
import type {
  CustomResourceConversion,
  CustomResourceDefinition,
  CustomResourceWebhookClientConfig,
} from './customResourceDefinitionType.ts'

/** How strict the rules of conversions are: what a definition was already allowed it may keep. */
export interface ConversionStrictness {
  readonly knownReviewVersions: boolean
  readonly invalidCaBundle: boolean
}

/** Versions of ConversionReview that the server speaks. */
const known = ['v1', 'v1beta1']

/** Authorities that are none hold up a new definition, which is then not established; later they are refused. */
export function conversionStrictness(old: CustomResourceDefinition | undefined): ConversionStrictness {
  if (!old) return { knownReviewVersions: true, invalidCaBundle: true }
  const webhook = old.spec.conversion?.webhook
  const versions = webhook?.conversionReviewVersions ?? []
  const before = webhook?.clientConfig?.caBundle ?? ''
  return {
    knownReviewVersions: versions.length === 0 || versions.some(version => known.includes(version)),
    invalidCaBundle: !isTrue(old, 'Established') || caBundleProblem(before) !== undefined,
  }
}

/** Rules of a conversion. Paths are those of v1beta1, in which upstream checks them. */
export function conversionRules(
  { strategy, webhook }: CustomResourceConversion,
  path: Path,
  strict: ConversionStrictness,
): FieldError[] {
  const strategies = ['None', 'Webhook']
  const errors: FieldError[] = []
  if (strategy === '') errors.push(required(path.child('strategy')))
  else if (!strategies.includes(strategy)) errors.push(notSupported(path.child('strategy'), strategy, strategies))
  const config = path.child('webhookClientConfig')
  const versions = webhook?.conversionReviewVersions ?? []
  if (strategy === 'Webhook') {
    const client = webhook?.clientConfig
    errors.push(
      ...(client
        ? clientRules(client, config, strict)
        : [required(config, 'required when strategy is set to Webhook')]),
    )
    return [...errors, ...versionRules(versions, path.child('conversionReviewVersions'), strict)]
  }
  const why = 'should not be set when strategy is not set to Webhook'
  if (webhook?.clientConfig) errors.push(forbidden(config, why))
  if (versions.length > 0) errors.push(forbidden(path.child('conversionReviewVersions'), why))
  return errors
}

function clientRules(
  client: CustomResourceWebhookClientConfig,
  path: Path,
  strict: ConversionStrictness,
): FieldError[] {
  const { url, service, caBundle = '' } = client
  const errors: FieldError[] = []
  if ((url === undefined) === (service === undefined))
    errors.push(required(path, 'exactly one of url or service is required'))
  else if (url !== undefined) errors.push(...webhookUrlRules(url, path.child('url')))
  else if (service) errors.push(...webhookServiceRules(service, path.child('service')))
  const problem = strict.invalidCaBundle ? undefined : caBundleProblem(caBundle)
  if (problem) errors.push(invalid(path.child('caBundle'), caBundle, problem))
  return errors
}

function versionRules(versions: readonly string[], path: Path, strict: ConversionStrictness): FieldError[] {
  if (versions.length === 0) return [required(path)]
  const errors = versions.flatMap((version, index) =>
    versions.indexOf(version) < index
      ? [invalid(path.index(index), version, 'duplicate version')]
      : dns1035Label(version).map(why => invalid(path.index(index), version, why)),
  )
  if (strict.knownReviewVersions && !versions.some(version => known.includes(version)))
    errors.push(invalid(path, versions, `must include at least one of ${known.join(', ')}`))
  return errors
}
