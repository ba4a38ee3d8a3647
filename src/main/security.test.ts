import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { exportJWK, SignJWT } from 'jose'
import { type LoopbackServer, type Posted, startLoopback } from '../apiserver/remote.test-suite.ts'
import { systemClock } from '../base/clock.ts'
import { silent } from '../base/log.ts'
import { issue, makeCa, type Pair } from '../net/x509/index.ts'
import { eventually } from '../testing/index.ts'
import { type Carriers, runCommandLine } from './commandLine.ts'
import type { Options } from './flags.ts'
import { type RunningServer, runServer } from './server.ts'

const directory = mkdtempSync(join(tmpdir(), 'caravel-security-'))
const file = (name: string, text: string) => {
  writeFileSync(join(directory, name), text, { mode: 0o600 })
  return join(directory, name)
}
const now = Date.now()
const lifetime = { notBefore: now - 60_000, notAfter: now + 3_600_000 }

interface Authority {
  readonly pem: string
  leaf(commonName: string, organizations?: string[]): Promise<Pair>
}

async function authority(name: string): Promise<Authority> {
  const ca = await makeCa({ subject: { commonName: name }, ...lifetime })
  return {
    pem: ca.cert,
    leaf: (commonName, organizations = []) =>
      issue(
        { subject: { commonName, organizations }, ...lifetime, usage: 'client' },
        { subject: { commonName: name }, key: createPrivateKey(ca.key) },
      ),
  }
}

/** The flags' values, as the command line gives them. */
async function flagsOf(...args: string[]): Promise<Options<'server'>> {
  let options: Options<'server'> | undefined
  const server = async (given: Options<'server'>) => {
    options = given
    return 0
  }
  const carriers = { server } as unknown as Carriers
  let said = ''
  await runCommandLine(['server', ...args], carriers, { out: text => (said += text), err: text => (said += text) })
  assert.ok(options, said)
  return options
}

async function serve(...args: string[]): Promise<{ running: RunningServer; stop(): Promise<void>; dataDir: string }> {
  const dataDir = mkdtempSync(join(directory, 'data-'))
  const asked = new AbortController()
  const running = await runServer(
    {
      dataDir,
      bindAddress: '127.0.0.1',
      port: 0,
      store: 'memory',
      serviceCidr: '10.96.0.0/16',
      clusterCidr: '10.244.0.0/16',
      simulatedNodes: 0,
      security: await flagsOf(...args),
    } as never,
    { clock: systemClock, log: silent, signal: asked.signal },
  )
  return {
    running,
    dataDir,
    async stop() {
      asked.abort()
      await running.done
    },
  }
}

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly pair?: Pair
  readonly body?: unknown
}

function ask(
  url: string,
  { method = 'GET', headers = {}, pair, body }: Sent = {},
): Promise<{ status: number; json: never }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      url,
      {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        rejectUnauthorized: false,
        agent: false,
        ...pair,
      },
      response => {
        let text = ''
        response.on('data', chunk => (text += chunk))
        response.on('end', () => {
          const isJson = String(response.headers['content-type']).includes('json')
          resolve({ status: response.statusCode ?? 0, json: (isJson ? JSON.parse(text) : text) as never })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Who the server takes the asker for. */
async function whoAmI(running: RunningServer, sent: Sent): Promise<Record<string, unknown> | number> {
  const { status, json } = await ask(`${running.url}/apis/authentication.k8s.io/v1/selfsubjectreviews`, {
    ...sent,
    method: 'POST',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  })
  return status === 201 ? (json as { status: { userInfo: Record<string, unknown> } }).status.userInfo : status
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

let provider: LoopbackServer
let token: (claims: Record<string, unknown>) => Promise<string>
before(async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  provider = await startLoopback(({ path }: Posted) => {
    if (path === '/keys') return [200, { keys: [key] }]
    return [200, { issuer: provider.url, jwks_uri: `${provider.url}/keys` }]
  })
  token = claims =>
    new SignJWT({ sub: 'ann', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(provider.url)
      .setAudience('caravel')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)
})
after(async () => {
  await provider.stop()
  rmSync(directory, { recursive: true })
})

test('tokens of an OpenID Connect issuer are taken as the flags say', async () => {
  const ca = file('provider.crt', provider.ca)
  const { running, stop } = await serve(
    ...['--oidc-issuer-url', provider.url, '--oidc-client-id', 'caravel', '--oidc-ca-file', ca],
    ...['--oidc-groups-claim', 'teams', '--oidc-groups-prefix', 'oidc:', '--oidc-required-claim', 'site=here'],
  )
  const user = await whoAmI(running, bearer(await token({ teams: ['dev', 'ops'], site: 'here' })))
  assert.deepEqual(user, {
    username: `${provider.url}#ann`,
    groups: ['oidc:dev', 'oidc:ops', 'system:authenticated'],
  })
  assert.equal(await whoAmI(running, bearer(await token({ site: 'there' }))), 401)
  assert.equal(await whoAmI(running, bearer(`${await token({ site: 'here' })}x`)), 401)
  await stop()
})

test('AuthenticationConfiguration: mappings, open paths, and changes while the server runs', async () => {
  const configuration = (prefix: string) => `
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous: { enabled: true, conditions: [{ path: /livez }] }
jwt:
  - issuer:
      url: ${provider.url}
      audiences: [caravel]
      certificateAuthority: ${JSON.stringify(provider.ca)}
    claimMappings:
      username: { claim: email, prefix: "${prefix}" }
      uid: { expression: 'claims.sub + "!"' }
    claimValidationRules: [{ expression: '!claims.?email.orValue("").endsWith("@x.y")', message: not here }]
`
  const path = file('authentication.yaml', configuration('a:'))
  const { running, stop } = await serve('--authentication-config', path)
  const sent = bearer(await token({ email: 'ann@b.c', email_verified: true }))
  assert.deepEqual(await whoAmI(running, sent), {
    username: 'a:ann@b.c',
    uid: 'ann!',
    groups: ['system:authenticated'],
  })
  assert.equal(await whoAmI(running, bearer(await token({ email: 'x@b.c', email_verified: false }))), 401)
  assert.equal(await whoAmI(running, bearer(await token({ email: 'x@x.y', email_verified: true }))), 401)
  assert.equal((await ask(`${running.url}/livez`)).status, 200)
  assert.equal((await ask(`${running.url}/readyz`)).status, 401)
  file('authentication.yaml', configuration('b:'))
  await eventually(async () => ((await whoAmI(running, sent)) as { username?: string }).username === 'b:ann@b.c')
  // What can't be used leaves things as they are.
  file('authentication.yaml', 'nonsense')
  await stop()
})

test('a server does not start on configuration that is wrong, and says why', async () => {
  const wrong = (text: string) => file('wrong.yaml', `apiVersion: apiserver.config.k8s.io/v1\n${text}`)
  for (const [args, message] of [
    [
      ['--authentication-config', wrong('kind: AuthorizationConfiguration')],
      /--authentication-config cannot be used: it must hold/,
    ],
    [
      ['--authorization-mode', 'Node,Chance'],
      /--authorization-mode cannot be used: authorizers\[1\]\.type: Unsupported value: "Chance"/,
    ],
    [['--authorization-mode', 'Webhook'], /mode Webhook needs --authorization-webhook-config-file/],
    [['--client-ca-file', file('empty.crt', '')], /--client-ca-file cannot be used: it holds no certificate/],
    [['--oidc-issuer-url', 'http://a'], /--oidc-issuer-url cannot be used: --oidc-client-id must be given/],
    [['--oidc-issuer-url', 'http://a', '--oidc-client-id', 'c'], /URL scheme must be https/],
  ] as const)
    await assert.rejects(serve(...args), message, args.join(' '))
})

test('client certificates of other authorities are taken while their file has them', async () => {
  const [first, second] = [await authority('first'), await authority('second')]
  const path = file('clients.crt', first.pem)
  const { running, stop } = await serve('--client-ca-file', path)
  const [ann, bob] = [await first.leaf('ann', ['dev']), await second.leaf('bob')]
  const name = async (pair: Pair) => {
    const user = await whoAmI(running, { pair })
    return typeof user === 'number' ? user : user.username
  }
  assert.equal(await name(ann), 'ann')
  assert.equal(await name(bob), 401)
  file('clients.crt', second.pem)
  await eventually(async () => (await name(bob)) === 'bob')
  assert.equal(await name(ann), 401)
  await stop()
})

test('a front proxy speaks for users, if it shows its certificate, and nobody else does', async () => {
  const [proxies, clients] = [await authority('proxies'), await authority('clients')]
  const { running, stop } = await serve(
    ...['--requestheader-client-ca-file', file('proxies.crt', proxies.pem), '--requestheader-allowed-names', 'front'],
    ...['--client-ca-file', file('others.crt', clients.pem)],
    ...['--requestheader-username-headers', 'X-Remote-User', '--requestheader-group-headers', 'X-Remote-Group'],
    ...['--requestheader-uid-headers', 'X-Remote-Uid', '--requestheader-extra-headers-prefix', 'X-Remote-Extra-'],
  )
  const headers = {
    'x-remote-user': 'ann',
    'x-remote-group': 'dev, ops',
    'x-remote-uid': 'u1',
    'x-remote-extra-acme.io%2fteam': 'red',
  }
  assert.deepEqual(await whoAmI(running, { headers, pair: await proxies.leaf('front') }), {
    username: 'ann',
    uid: 'u1',
    groups: ['dev', 'ops', 'system:authenticated'],
    extra: { 'acme.io/team': ['red'] },
  })
  assert.equal(await whoAmI(running, { headers, pair: await proxies.leaf('back') }), 401, 'another name')
  const other = (await whoAmI(running, { headers, pair: await clients.leaf('bob') })) as { username: string }
  assert.equal(other.username, 'bob', 'a client’s certificate speaks for the client alone')
  await stop()
})

test('tokens of a file, and tokens that a webhook knows', async () => {
  let asked = 0
  const webhook = await startLoopback(({ body }) => {
    asked++
    const review = JSON.parse(body) as { apiVersion: string; spec: { token: string } }
    assert.equal(review.apiVersion, 'authentication.k8s.io/v1')
    const authenticated = review.spec.token === 'good'
    return [200, { status: { authenticated, user: { username: 'wanda', groups: ['web'], extra: { a: ['b'] } } } }]
  })
  const { running, stop } = await serve(
    ...['--token-auth-file', file('tokens.csv', 'secret,ann,u1,"dev,ops"\nother,bob,u2\n')],
    ...['--authentication-token-webhook-config-file', webhook.file, '--authentication-token-webhook-version', 'v1'],
  )
  assert.deepEqual(await whoAmI(running, bearer('secret')), {
    username: 'ann',
    uid: 'u1',
    groups: ['dev', 'ops', 'system:authenticated'],
  })
  const wanda = { username: 'wanda', groups: ['web', 'system:authenticated'], extra: { a: ['b'] } }
  assert.deepEqual(await whoAmI(running, bearer('good')), wanda)
  assert.deepEqual(await whoAmI(running, bearer('good')), wanda)
  assert.equal(asked, 1, 'answers are remembered')
  assert.equal(await whoAmI(running, bearer('bad')), 401)
  await stop()
  await webhook.stop()
})

test('a webhook decides after the roles, and what it said is remembered', async () => {
  const asked: { resourceAttributes?: Record<string, unknown>; user: string }[] = []
  const webhook = await startLoopback(({ body }) => {
    const { spec } = JSON.parse(body) as { spec: (typeof asked)[number] }
    asked.push(spec)
    const allowed = spec.resourceAttributes?.resource === 'pods'
    return [200, { status: allowed ? { allowed } : { allowed, denied: true, reason: 'not today' } }]
  })
  const { running, stop } = await serve(
    ...['--token-auth-file', file('one.csv', 'secret,ann,u1\n'), '--authorization-mode', 'Node,RBAC,Webhook'],
    ...['--authorization-webhook-config-file', webhook.file, '--authorization-webhook-version', 'v1'],
  )
  const get = (path: string) => ask(`${running.url}${path}`, bearer('secret'))
  assert.equal((await get('/api/v1/namespaces/default/pods?labelSelector=a%3Db')).status, 200)
  assert.equal((await get('/api/v1/namespaces/default/pods?labelSelector=a%3Db')).status, 200)
  const refused = await get('/api/v1/namespaces/default/secrets')
  assert.equal(refused.status, 403)
  assert.match((refused.json as { message: string }).message, /cannot list resource "secrets" .*: not today$/)
  assert.deepEqual(asked, [
    {
      resourceAttributes: {
        namespace: 'default',
        verb: 'list',
        version: 'v1',
        resource: 'pods',
        labelSelector: { requirements: [{ key: 'a', operator: 'In', values: ['b'] }] },
      },
      user: 'ann',
      groups: ['system:authenticated'],
      uid: 'u1',
    },
    {
      resourceAttributes: { namespace: 'default', verb: 'list', version: 'v1', resource: 'secrets' },
      user: 'ann',
      groups: ['system:authenticated'],
      uid: 'u1',
    },
  ])
  await stop()
  await webhook.stop()
})

test('AuthorizationConfiguration decides, and again when it changes', async () => {
  const configuration = (type: string) =>
    file(
      'authorization.yaml',
      `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers: [{ type: ${type}, name: one }]\n`,
    )
  const { running, stop } = await serve(
    ...[
      '--authorization-config',
      configuration('AlwaysAllow'),
      '--token-auth-file',
      file('two.csv', 'secret,ann,u1\n'),
    ],
  )
  const status = async () => (await ask(`${running.url}/api/v1/secrets`, bearer('secret'))).status
  assert.equal(await status(), 200)
  configuration('RBAC')
  await eventually(async () => (await status()) === 403)
  await stop()
})

test('a Secret of a service account gets a token, which is good while the Secret is there', async () => {
  const { running, stop, dataDir } = await serve()
  const pair = {
    cert: readFileSync(join(dataDir, 'pki/admin.crt'), 'utf8'),
    key: readFileSync(join(dataDir, 'pki/admin.key'), 'utf8'),
  }
  const space = `${running.url}/api/v1/namespaces/default`
  const metadata = { name: 'robot' }
  await ask(`${space}/serviceaccounts`, { method: 'POST', pair, body: { metadata } })
  await ask(`${space}/secrets`, {
    method: 'POST',
    pair,
    body: {
      metadata: { name: 'token', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
      type: 'kubernetes.io/service-account-token',
    },
  })
  type Got = { data?: Record<string, string>; metadata: { labels?: Record<string, string> } }
  const secret = async () => (await ask(`${space}/secrets/token`, { pair })).json as Got
  await eventually(async () => (await secret()).data?.token !== undefined)
  const { data = {} } = await secret()
  assert.deepEqual(Object.keys(data).sort(), ['ca.crt', 'namespace', 'token'])
  const held = bearer(Buffer.from(data.token ?? '', 'base64').toString())
  const user = (await whoAmI(running, held)) as { username: string; groups: string[] }
  assert.equal(user.username, 'system:serviceaccount:default:robot')
  const day = new Date().toISOString().slice(0, 10)
  await eventually(async () => (await secret()).metadata.labels?.['kubernetes.io/legacy-token-last-used'] === day)
  const mark = (value: string | null) =>
    ask(`${space}/secrets/token`, {
      ...{ method: 'PATCH', pair, body: { metadata: { labels: { [invalid]: value } } } },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
  const invalid = 'kubernetes.io/legacy-token-invalid-since'
  await mark(day)
  assert.equal(await whoAmI(running, held), 401)
  await mark(null)
  assert.notEqual(await whoAmI(running, held), 401)
  const tracking = `${running.url}/api/v1/namespaces/kube-system/configmaps/kube-apiserver-legacy-service-account-token-tracking`
  assert.deepEqual(((await ask(tracking, { pair })).json as Got).data, { since: day })
  const told = String((await ask(`${running.url}/metrics`, { pair })).json)
  assert.match(told, /^serviceaccount_legacy_manual_token_uses_total [1-9]/m)
  assert.match(told, /^serviceaccount_invalid_legacy_auto_token_uses_total 1$/m)
  await ask(`${space}/serviceaccounts/robot`, { method: 'DELETE', pair })
  await eventually(async () => (await ask(`${space}/secrets/token`, { pair })).status === 404)
  assert.equal(await whoAmI(running, held), 401)
  await stop()
})
