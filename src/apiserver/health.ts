import type { Answer, PathHandler } from './contract.ts'

/** One thing that must be well. */
export interface HealthCheck {
  /** As upstream names it: `ping`, `etcd`, `poststarthook/rbac/bootstrap-roles`. */
  readonly name: string
  readonly ok: boolean
  /** Whether a server that fails it should be restarted: it counts for /livez too. */
  readonly live?: boolean
  /** Whether it counts for /readyz only: a server that goes down is healthy. */
  readonly ready?: boolean
}

export interface HealthOptions {
  /** How things are now. */
  checks(): readonly HealthCheck[]
  /** Told of each check that is carried out. */
  checked?(root: string, check: HealthCheck): void
}

const roots = ['healthz', 'livez', 'readyz'] as const
type Root = (typeof roots)[number]

/** `/healthz`, `/livez`, `/readyz`, with `?verbose` and `?exclude=`, and `/readyz/<check>` for each check (`server/healthz`). */
export function healthPaths(options: HealthOptions): PathHandler {
  return (request, info) => {
    const [, first = '', ...rest] = info.path.split('/')
    const root = roots.find(each => each === first)
    if (!root) return undefined
    const checks = checksOf(root, options.checks())
    const name = rest.join('/')
    if (name) {
      const check = checks.find(each => each.name === name)
      if (!check) return undefined
      options.checked?.(root, check)
      return check.ok ? text(200, 'ok') : text(500, 'internal server error: not done\n')
    }
    const excluded = new Set(request.query.getAll('exclude'))
    for (const check of checks) if (!excluded.has(check.name)) options.checked?.(root, check)
    return whole(root, checks, excluded, request.query.has('verbose'))
  }
}

const ping: HealthCheck = { name: 'ping', ok: true, live: true }

const checksOf = (root: Root, checks: readonly HealthCheck[]): readonly HealthCheck[] =>
  [ping, ...checks].filter(check => root === 'readyz' || (root === 'livez' ? check.live : !check.ready))

function whole(root: Root, checks: readonly HealthCheck[], excluded: ReadonlySet<string>, verbose: boolean): Answer {
  const lines = checks.map(({ name, ok }) => {
    if (excluded.has(name)) return `[+]${name} excluded: ok\n`
    return ok ? `[+]${name} ok\n` : `[-]${name} failed: reason withheld\n`
  })
  const unknown = [...excluded].filter(name => !checks.some(check => check.name === name))
  if (unknown.length > 0) {
    const told = unknown.map(name => JSON.stringify(name)).join(', ')
    lines.push(`warn: some health checks cannot be excluded: no matches for ${told}\n`)
  }
  if (checks.some(({ name, ok }) => !ok && !excluded.has(name))) {
    return text(500, `${lines.join('')}${root} check failed\n`)
  }
  return text(200, verbose ? `${lines.join('')}${root} check passed\n` : 'ok')
}

const text = (status: number, body: string): Answer => ({
  form: 'text',
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
  headers: { 'x-content-type-options': 'nosniff' },
})
