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
  const errors = listOptionRules(options)
  if (errors.length > 0) throw invalid(kind, '', errors)
  return options
}

function number(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^-?\d{1,18}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}
