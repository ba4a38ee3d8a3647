import { equal } from '../../schema/derive/equal.ts'
import { duplicate, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dns1035Label, dnsSubdomain, portNumber } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { labelSelectorRules } from '../meta/selectors.ts'
import { matchConditionsRules } from './policyRules.ts'
import { isFromBeta } from './webhookBeta.ts'
import type { WebhookClientConfig } from './webhookClient.ts'
import type { MutatingWebhook, ValidatingWebhook } from './webhookType.ts'
import { ruleWithOperationsRules } from './writeRules.ts'

const supportedReviews = ['v1', 'v1beta1']

/** What is wrong with where a webhook is. Of upstream's `webhook.ValidateWebhookURL` and `ValidateWebhookService`. */
export function clientRules({ url, service }: WebhookClientConfig, path: Path): readonly FieldError[] {
  if ((url === undefined) === (service === undefined))
    return [required(path, 'exactly one of url or service is required')]
  if (url !== undefined) return urlRules(url, path.child('url'))
  if (!service) return []
  const place = path.child('service')
  const errors: FieldError[] = []
  if (!service.name) errors.push(required(place.child('name'), 'service name is required'))
  if (!service.namespace) errors.push(required(place.child('namespace'), 'service namespace is required'))
  const port = service.port ?? 443
  if (portNumber(port).length > 0)
    errors.push(invalid(place.child('port'), port, 'port is not valid: must be between 1 and 65535, inclusive'))
  if (service.path !== undefined && service.path !== '') errors.push(...pathRules(service.path, place.child('path')))
  return errors
}

function pathRules(text: string, path: Path): readonly FieldError[] {
  if (!text.startsWith('/')) return [invalid(path, text, "must start with a '/'")]
  if (text === '/') return []
  const steps = text.slice(1).split('/')
  return steps.flatMap((step, index) => {
    if (step === '' && index === steps.length - 1 && steps.length > 1) return []
    if (step === '') return [invalid(path, text, `segment[${index}] may not be empty`)]
    return dnsSubdomain(step).map(why => invalid(path, text, `segment[${index}]: ${why}`))
  })
}

function urlRules(text: string, path: Path): readonly FieldError[] {
  const form = '; desired format: https://host[/path]'
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return [required(path, `url must be a valid URL: ${JSON.stringify(text)}${form}`)]
  }
  const errors: FieldError[] = []
  if (url.protocol !== 'https:')
    errors.push(invalid(path, url.protocol.slice(0, -1), `'https' is the only allowed URL scheme${form}`))
  if (!url.host) errors.push(invalid(path, url.host, `host must be specified${form}`))
  if (url.username || url.password) errors.push(invalid(path, '', 'user information is not permitted in the URL'))
  if (url.hash) errors.push(invalid(path, url.hash.slice(1), 'fragments are not permitted in the URL'))
  if (url.search) errors.push(invalid(path, url.search.slice(1), 'query parameters are not permitted in the URL'))
  return errors
}

type Webhook = MutatingWebhook | ValidatingWebhook

/** Of upstream's `validateValidatingWebhook` and `validateMutatingWebhook`. */
export function webhooksRules(
  webhooks: readonly Webhook[] | undefined,
  old: readonly Webhook[] | undefined,
): readonly FieldError[] {
  const path = at('webhooks')
  // Expressions that were stored by a server that knew more than this one stay.
  const sameConditions = old !== undefined && equal(old.map(conditionsOf), (webhooks ?? []).map(conditionsOf))
  // What v1beta1 allowed stays allowed where it was.
  const before = old ?? []
  const beta = isFromBeta(webhooks)
  const noSideEffects = !beta && before.every(({ sideEffects }) => quiet.includes(sideEffects ?? ''))
  const known = !beta && before.every(({ admissionReviewVersions: all = [] }) => all.length === 0 || all.some(isKnown))
  const unique = !beta && new Set(before.map(({ name }) => name)).size === before.length
  return (webhooks ?? []).flatMap((webhook, index, all) => {
    const place = path.index(index)
    const twice = unique && webhook.name !== '' && all.findIndex(({ name }) => name === webhook.name) < index
    return [
      ...webhookRules(webhook, place, sameConditions, noSideEffects ? quiet : [...quiet, 'Some', 'Unknown']),
      ...reviewVersionRules(webhook.admissionReviewVersions ?? [], place.child('admissionReviewVersions'), known),
      ...(twice ? [duplicate(place.child('name'), webhook.name)] : []),
    ]
  })
}

/** Kinds of side effects that do no harm. */
const quiet: readonly string[] = ['None', 'NoneOnDryRun']
const isKnown = (version: string): boolean => supportedReviews.includes(version)

/** Of upstream's `validateAdmissionReviewVersions`. */
function reviewVersionRules(versions: readonly string[], path: Path, known: boolean): readonly FieldError[] {
  if (versions.length === 0) return [required(path, `must specify one of ${supportedReviews.join(', ')}`)]
  const errors = versions.flatMap((version, index) =>
    versions.indexOf(version) < index
      ? [invalid(path.index(index), version, 'duplicate version')]
      : dns1035Label(version).map(why => invalid(path.index(index), version, why)),
  )
  if (known && !versions.some(isKnown))
    errors.push(invalid(path, versions, `must include at least one of ${supportedReviews.join(', ')}`))
  return errors
}

function oneOf(value: string | undefined, allowed: readonly string[], path: Path): readonly FieldError[] {
  return value === undefined || allowed.includes(value) ? [] : [notSupported(path, value, allowed)]
}

const conditionsOf = ({ matchConditions = [] }: Webhook) => matchConditions

function webhookRules(
  webhook: Webhook,
  path: Path,
  sameConditions: boolean,
  effects: readonly string[],
): readonly FieldError[] {
  const { name, sideEffects, timeoutSeconds, matchConditions = [] } = webhook
  const errors: FieldError[] = [...nameRules(name, path.child('name'))]
  for (const [index, rule] of (webhook.rules ?? []).entries()) {
    const place = path.child('rules').index(index)
    errors.push(...ruleWithOperationsRules(rule, place))
  }
  errors.push(...oneOf(webhook.failurePolicy, ['Fail', 'Ignore'], path.child('failurePolicy')))
  errors.push(...oneOf(webhook.matchPolicy, ['Equivalent', 'Exact'], path.child('matchPolicy')))
  if (sideEffects === undefined)
    errors.push(required(path.child('sideEffects'), `must specify one of ${effects.join(', ')}`))
  else errors.push(...oneOf(sideEffects, effects, path.child('sideEffects')))
  if (timeoutSeconds !== undefined && (timeoutSeconds < 1 || timeoutSeconds > 30))
    errors.push(
      invalid(path.child('timeoutSeconds'), timeoutSeconds, 'the timeout value must be between 1 and 30 seconds'),
    )
  if (webhook.namespaceSelector)
    errors.push(...labelSelectorRules(webhook.namespaceSelector, path.child('namespaceSelector')))
  if (webhook.objectSelector) errors.push(...labelSelectorRules(webhook.objectSelector, path.child('objectSelector')))
  if ('reinvocationPolicy' in webhook)
    errors.push(...oneOf(webhook.reinvocationPolicy, ['IfNeeded', 'Never'], path.child('reinvocationPolicy')))
  errors.push(...clientRules(webhook.clientConfig, path.child('clientConfig')))
  return sameConditions ? errors : [...errors, ...matchConditionsRules(matchConditions, path.child('matchConditions'))]
}

function nameRules(name: string, path: Path): readonly FieldError[] {
  if (!name) return [required(path)]
  const wrong = dnsSubdomain(name)
  if (wrong.length > 0) return wrong.map(why => invalid(path, name, why))
  return name.split('.').length < 3
    ? [invalid(path, name, 'should be a domain with at least three segments separated by dots')]
    : []
}
