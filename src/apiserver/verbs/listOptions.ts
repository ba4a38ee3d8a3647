import { listOptionRules } from '../../api/meta/optionRules.ts'
import type { ListOptions } from '../../api/meta/options.ts'
import { badRequest, invalid } from '../../api/meta/statusError.ts'
import { isTrue } from '../requestInfo.ts'

const kind = { group: 'meta.k8s.io', kind: 'ListOptions' }

/** The query of a list or a watch, checked. Throws BadRequest for what cannot be read, Invalid for what makes no sense together. */
export function listOptions(query: URLSearchParams, watch: boolean): ListOptions {
  const timeoutSeconds = number(query, 'timeoutSeconds')
  const sendInitialEvents = query.get('sendInitialEvents')
  const options: ListOptions = {
    watch,
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    limit: number(query, 'limit') ?? 0,
    continue: query.get('continue') ?? '',
    allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(sendInitialEvents === null ? {} : { sendInitialEvents: isTrue(sendInitialEvents) }),
  }
  const whole = watch ? withInitialEvents(options) : options
  const errors = listOptionRules(whole)
  if (errors.length > 0) throw invalid(kind, '', errors)
  return whole
}

/** A watch from no version in particular begins with what is there, and says where that ends to who takes bookmarks. */
const withInitialEvents = (options: ListOptions): ListOptions =>
  options.sendInitialEvents === undefined &&
  !options.resourceVersionMatch &&
  (!options.resourceVersion || options.resourceVersion === '0')
    ? { ...options, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
    : options

function number(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  return text === null ? undefined : wholeNumber(text)
}

/** A number in a query. Throws BadRequest, in Go's words. */
export function wholeNumber(text: string): number {
  const refuse = (why: string) => badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`)
  if (!/^[-+]?\d+$/.test(text)) throw refuse('invalid syntax')
  const value = BigInt(text.replace(/^\+/, ''))
  if (BigInt.asIntN(64, value) !== value) throw refuse('value out of range')
  return Number(value)
}
