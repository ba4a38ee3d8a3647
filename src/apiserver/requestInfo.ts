import { parseFieldSelector } from '../api/meta/selectors.ts'
import type { RequestInfo } from './contract.ts'

/** What a method asks for where a name follows the kind; a GET without a name is a list or a watch. */
const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** What follows a namespace's name and is part of the namespace, not a kind in it. */
const ofNamespace = new Set(['status', 'finalize'])

/** The parameter as upstream reads it: there, and neither `false` nor `0`. */
export const isTrue = (text: string | null | undefined): boolean =>
  text !== null && text !== undefined && text !== 'false' && text !== '0'

/**
 * Reads what a request asks for from method, path and query: the request info of upstream
 * (`RequestInfoFactory.NewRequestInfo`), upon which authorization and routing rest. Never throws.
 */
export function requestInfo(method: string, target: string, query: URLSearchParams): RequestInfo {
  const mark = target.indexOf('?')
  const path = unescaped(mark < 0 ? target : target.slice(0, mark))
  const plain = { ...nothing, path, verb: method.toLowerCase() }
  let parts = path.split('/').filter(part => part !== '')
  const prefix = parts[0] ?? ''
  const grouped = prefix === 'apis'
  if ((prefix !== 'api' && !grouped) || parts.length < (grouped ? 4 : 3)) return plain
  const group = grouped ? (parts[1] ?? '') : ''
  const version = parts[grouped ? 2 : 1] ?? ''
  parts = parts.slice(grouped ? 3 : 2)

  let verb = verbs[method] ?? ''
  const special = parts[0] === 'watch' || parts[0] === 'proxy' ? parts[0] : undefined
  if (special) {
    if (parts.length < 2) return { ...plain, isResource: true, prefix, group, version }
    verb = special
    parts = parts.slice(1)
  }

  let namespace = ''
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1] ?? ''
    if (parts.length > 2 && !ofNamespace.has(parts[2] ?? '')) parts = parts.slice(2)
  }
  const [resource = '', named = '', subresource = ''] = parts
  let name = named
  if (name === '' && verb === 'get') {
    verb = isTrue(query.get('watch')) ? 'watch' : 'list'
    name = selectedName(query.get('fieldSelector'))
  }
  if (name === '' && verb === 'delete') verb = 'deletecollection'
  return {
    isResource: true,
    verb,
    prefix,
    group,
    version,
    namespace,
    resource,
    subresource: verb === 'proxy' ? '' : subresource,
    name,
    rest: parts.slice(3).join('/') + (parts.length > 3 && path.endsWith('/') ? '/' : ''),
    path,
  }
}

const nothing = {
  isResource: false,
  prefix: '',
  group: '',
  version: '',
  namespace: '',
  resource: '',
  subresource: '',
  name: '',
  rest: '',
} as const

function unescaped(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    // Not an escape: such a path names nothing, and the answer tells it as it was sent.
    return path
  }
}

/** A list or watch of one object by its name is authorized as one of that object. */
function selectedName(selector: string | null): string {
  if (!selector) return ''
  try {
    const exact = parseFieldSelector(selector).find(
      ({ field, operator }) => field === 'metadata.name' && operator === '=',
    )
    const name = exact?.value ?? ''
    return name === '.' || name === '..' || /[/%]/.test(name) ? '' : name
  } catch {
    // The verb reads the selector again and tells what is wrong with it.
    return ''
  }
}
