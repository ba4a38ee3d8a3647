import type { Secret } from '../../api/core/secret.ts'
import type { AuthConfig } from '../cri/images.ts'

type Entry = {
  readonly username?: string
  readonly password?: string
  readonly auth?: string
  readonly identitytoken?: string
  readonly registrytoken?: string
}

interface Credential {
  readonly host: string
  readonly path: string
  readonly auth: AuthConfig
}

/**
 * Credentials for an image repository out of pull secrets, the most specific first (`credentialprovider`): keys are
 * hosts, perhaps with a wildcard and a path. Secrets that can't be read give none.
 */
export function credentialsFor(secrets: readonly Secret[], repository: string): AuthConfig[] {
  const slash = repository.indexOf('/')
  const host = repository.slice(0, slash)
  const path = repository.slice(slash + 1)
  return secrets
    .flatMap(readCredentials)
    .filter(each => hostMatches(each.host, host) && (each.path === '' || `${path}/`.startsWith(`${each.path}/`)))
    .sort((a, b) => b.path.length - a.path.length || b.host.length - a.host.length)
    .map(({ auth }) => auth)
}

function readCredentials({ type, data = {} }: Secret): Credential[] {
  try {
    const read = (key: string) => JSON.parse(Buffer.from(data[key] ?? '', 'base64').toString())
    if (type === 'kubernetes.io/dockerconfigjson') return fromEntries(read('.dockerconfigjson').auths ?? {})
    return type === 'kubernetes.io/dockercfg' ? fromEntries(read('.dockercfg')) : []
  } catch {
    // The API server has checked the form; what got past it holds no credentials. The pull tells the user.
    return []
  }
}

function fromEntries(entries: Readonly<Record<string, Entry>>): Credential[] {
  return Object.entries(entries).map(([key, entry]) => {
    const bare = key
      .replace(/^https?:\/\//, '')
      .replace(/\/v[12]\/?$/, '')
      .replace(/\/$/, '')
    const slash = bare.indexOf('/')
    const host = slash < 0 ? bare : bare.slice(0, slash)
    const [user = '', ...rest] = entry.auth ? Buffer.from(entry.auth, 'base64').toString().split(':') : []
    return {
      host: host === 'index.docker.io' ? 'docker.io' : host,
      path: slash < 0 ? '' : bare.slice(slash + 1),
      auth: {
        username: entry.username ?? user,
        password: entry.password ?? rest.join(':'),
        auth: '',
        serverAddress: bare,
        identityToken: entry.identitytoken ?? '',
        registryToken: entry.registrytoken ?? '',
      },
    }
  })
}

function hostMatches(pattern: string, host: string): boolean {
  const patterns = pattern.split('.')
  const parts = host.split('.')
  return patterns.length === parts.length && patterns.every((each, index) => globMatches(each, parts[index] as string))
}

function globMatches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const [before = '', after = ''] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
}
