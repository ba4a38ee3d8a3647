import { invalid, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain, portNumber } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'

/** How webhooks may be named in configurations: of upstream's `util/webhook/validation.go`. */
const form = '; desired format: https://host[/path]'

/** Rules of a webhook's URL. */
export function webhookUrlRules(text: string, path: Path): FieldError[] {
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text)
  const bad = [...text].find(character => character < ' ' || character === '\u007f')
  if (!match || bad !== undefined) {
    const why = `parse ${JSON.stringify(text)}: net/url: invalid control character in URL`
    return [required(path, `url must be a valid URL: ${why}${form}`)]
  }
  const [, scheme = '', authority = '', , query = '', fragment = ''] = match
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  const errors: FieldError[] = []
  if (scheme.toLowerCase() !== 'https')
    errors.push(invalid(path, scheme, `'https' is the only allowed URL scheme${form}`))
  if (host === '') errors.push(invalid(path, host, `host must be specified${form}`))
  if (at >= 0) errors.push(invalid(path, authority.slice(0, at), 'user information is not permitted in the URL'))
  if (fragment !== '') errors.push(invalid(path, fragment, 'fragments are not permitted in the URL'))
  if (query !== '') errors.push(invalid(path, query, 'query parameters are not permitted in the URL'))
  return errors
}

/** Rules of the Service that a webhook is behind. */
export function webhookServiceRules(
  service: { readonly namespace: string; readonly name: string; readonly path?: string; readonly port?: number },
  path: Path,
): FieldError[] {
  const { namespace, name, path: urlPath, port = 443 } = service
  const wrongPort = portNumber(port)
  return [
    ...(name === '' ? [required(path.child('name'))] : []),
    ...(namespace === '' ? [required(path.child('namespace'))] : []),
    ...(wrongPort.length > 0 ? [invalid(path.child('port'), port, `port is not valid: ${wrongPort.join(', ')}`)] : []),
    ...(urlPath === undefined ? [] : pathRules(urlPath, path.child('path'))),
  ]
}

function pathRules(text: string, path: Path): FieldError[] {
  if (text === '' || text === '/') return []
  if (text === '//') return [invalid(path, text, 'segment[0] may not be empty')]
  const errors = text.startsWith('/') ? [] : [invalid(path, text, "must start with a '/'")]
  text
    .slice(1)
    .replace(/\/$/, '')
    .split('/')
    .forEach((segment, index) => {
      if (segment === '') errors.push(invalid(path, text, `segment[${index}] may not be empty`))
      else for (const why of dnsSubdomain(segment)) errors.push(invalid(path, text, `segment[${index}]: ${why}`))
    })
  return errors
}

const certificate = /-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/

/** What is wrong with authorities given as base64 of PEM; undefined: nothing. None at all are those of the system. */
export function caBundleProblem(caBundle: string): string | undefined {
  if (caBundle === '') return undefined
  const text = new TextDecoder('latin1').decode(Uint8Array.fromBase64(caBundle))
  return certificate.test(text) ? undefined : 'unable to load root certificates: unable to parse bytes as PEM block'
}
