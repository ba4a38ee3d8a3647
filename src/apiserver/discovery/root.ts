import type { Answer } from '../contract.ts'

/** Paths that are there besides the API's own. */
const others = [
  '/.well-known/openid-configuration',
  '/healthz',
  '/livez',
  '/openapi/v2',
  '/openapi/v3',
  '/openid/v1/jwks',
  '/readyz',
  '/version',
]

/** The list of paths that `/` answers. */
export function rootPaths(documents: readonly string[]): Answer {
  const paths = [...new Set([...documents, ...others])].sort()
  return { form: 'text', status: 200, contentType: 'application/json', body: `${JSON.stringify({ paths }, null, 2)}\n` }
}
