const longestName = 255
const domainPart = /^(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$/
const pathPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const tagForm = /^\w[\w.-]{0,127}$/
const digestForm = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/
const bareId = /^[a-f0-9]{64}$/

/**
 * The tag of an image reference, `latest` when it names neither tag nor digest, empty when it names a digest only;
 * undefined when it is no reference. Grammar of github.com/distribution/reference.
 */
export function imageTag(reference: string): string | undefined {
  const [named = '', digest, ...more] = reference.split('@')
  if (more.length > 0 || bareId.test(reference) || (digest !== undefined && !digestForm.test(digest))) return undefined
  const parts = named.split('/')
  const last = parts.at(-1) ?? ''
  const colon = last.indexOf(':')
  const tag = colon < 0 ? undefined : last.slice(colon + 1)
  if (tag !== undefined) parts[parts.length - 1] = last.slice(0, colon)
  if (tag !== undefined && !tagForm.test(tag)) return undefined
  if (parts.join('/').length > longestName) return undefined
  const [first = ''] = parts
  if (parts.length > 1 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())) {
    if (!isDomain(first)) return undefined
    parts.shift()
  }
  if (!parts.every(part => pathPart.test(part))) return undefined
  return tag ?? (digest === undefined ? 'latest' : '')
}

function isDomain(text: string): boolean {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? []
  if (port === undefined && text.includes(':')) return /^\[[a-fA-F0-9:]+\]$/.test(text)
  return /^\[[a-fA-F0-9:]+\]$/.test(host) || host.split('.').every(part => domainPart.test(part))
}

/** When an image is pulled, unless somebody says: each time for `latest`, whose meaning changes. */
export const defaultPullPolicy = (image: string): 'Always' | 'IfNotPresent' =>
  imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent'
