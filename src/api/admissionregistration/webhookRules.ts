import { equal } from '../../schema/derive/equal.ts'
import { duplicate, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain, portNumber } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { labelSelectorRules } from '../meta/selectors.ts'
import { matchConditionsRules } from './policyRules.ts'
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
  return (webhooks ?? []).flatMap((webhook, index, all) => {
    const place = path.index(index)
    const twice = all.findIndex(({ name }) => name === webhook.name) < index
    return [
      ...webhookRules(webhook, place, sameConditions),
      ...(twice ? [duplicate(place.child('name'), webhook.name)] : []),
    ]
  })
}

function oneOf(value: string | undefined, allowed: readonly string[], path: Path): readonly FieldError[] {
  return value === undefined || allowed.includes(value) ? [] : [notSupported(path, value, allowed)]
}

const conditionsOf = ({ matchConditions = [] }: Webhook) => matchConditions

function webhookRules(webhook: Webhook, path: Path, sameConditions: boolean): readonly FieldError[] {
  const { name, sideEffects, timeoutSeconds, admissionReviewVersions = [], matchConditions = [] } = webhook
  const errors: FieldError[] = [...nameRules(name, path.child('name'))]
  const reviews = path.child('admissionReviewVersions')
  if (admissionReviewVersions.length === 0)
    errors.push(required(reviews, `must specify one of ${supportedReviews.join(', ')}`))
  else if (!admissionReviewVersions.some(version => supportedReviews.includes(version)))
    errors.push(
      invalid(reviews, admissionReviewVersions, `must include at least one of ${supportedReviews.join(', ')}`),
    )
  for (const [index, version] of admissionReviewVersions.entries()) {
    if (admissionReviewVersions.indexOf(version) < index)
      errors.push(invalid(reviews.index(index), version, 'duplicate version'))
    errors.push(...dnsLabel(version).map(why => invalid(reviews.index(index), version, why)))
  }
  for (const [index, rule] of (webhook.rules ?? []).entries()) {
    const place = path.child('rules').index(index)
    errors.push(...ruleWithOperationsRules(rule, place))
  }
  errors.push(...oneOf(webhook.failurePolicy, ['Fail', 'Ignore'], path.child('failurePolicy')))
  errors.push(...oneOf(webhook.matchPolicy, ['Equivalent', 'Exact'], path.child('matchPolicy')))
  if (sideEffects === undefined)
    errors.push(required(path.child('sideEffects'), 'must specify one of None, NoneOnDryRun'))
  else errors.push(...oneOf(sideEffects, ['None', 'NoneOnDryRun'], path.child('sideEffects')))
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
