import assert from 'node:assert/strict'
import { request } from 'node:https'
import { after, before, describe, it } from 'node:test'
import { parse } from 'yaml'
import { pods } from '../../src/api/index.ts'
import { createClient } from '../../src/client/client.ts'
import { httpsTransport } from '../../src/client/https.ts'
import { type ServerProcess, startServer } from './server.ts'

interface Asked {
  readonly method: string
  readonly path: string
  readonly body?: string | Uint8Array
  readonly contentType?: string
  /** Replaces the administrator's certificate; an empty one means no credentials at all. */
  readonly token?: string
  readonly accept?: string
}

interface Answered {
  readonly code: number
  readonly reason?: string
  readonly message: string
  /** Field and kind of each cause. */
  readonly causes: readonly string[]
  readonly warnings?: string
}

const deployment = (change: (spec: Record<string, unknown>) => void = () => {}, name = 'web') => {
  const spec: Record<string, unknown> = {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  }
  change(spec)
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec }
}
const pod = (spec: object, metadata: object = { name: 'p' }) => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec })
const containers = [{ name: 'c', image: 'nginx' }]
const strict = '?fieldValidation=Strict'
const podsPath = '/api/v1/namespaces/default/pods'
const deploymentsPath = '/apis/apps/v1/namespaces/default/deployments'
const configMapsPath = '/api/v1/namespaces/default/configmaps'

describe('bad input over HTTPS', () => {
  let server: ServerProcess
  let ask: (asked: Asked) => Promise<Answered>

  before(async () => {
    server = await startServer('--store', 'memory')
    const config = parse(server.kubeconfig)
    const text = (base64: string) => Buffer.from(base64, 'base64').toString()
    const ca = text(config.clusters[0].cluster['certificate-authority-data'])
    const cert = text(config.users[0].user['client-certificate-data'])
    const key = text(config.users[0].user['client-key-data'])
    ask = asked => send(server.url, ca, asked.token === undefined ? { cert, key } : {}, asked)
    const client = createClient(httpsTransport({ server: server.url, ca, cert, key }))
    await client.of(pods).list({ namespace: 'default' })
    await client.transport.close()
  })
  after(() => server?.stop())

  const post = (path: string, body: unknown) =>
    ask({ method: 'POST', path, body: typeof body === 'string' ? body : JSON.stringify(body) })

  interface Case extends Answered {
    readonly what: string
    readonly asked: Asked
  }
  const create = (path: string, object: unknown): Asked => ({
    method: 'POST',
    path,
    body: typeof object === 'string' ? object : JSON.stringify(object),
  })

  const cases: readonly Case[] = [
    {
      what: 'an unknown kind has no path',
      asked: create('/api/v1/namespaces/default/unicorns', { apiVersion: 'v1', kind: 'Unicorn' }),
      code: 404,
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
      causes: [],
    },
    {
      what: 'an unknown kind in the body of a known path',
      asked: create(podsPath, { apiVersion: 'v1', kind: 'Unicorn', metadata: { name: 'u' } }),
      code: 400,
      reason: 'BadRequest',
      message: 'Unicorn in version "v1" cannot be handled as a Pod: ',
      causes: [],
    },
    {
      what: 'another kind in the body',
      asked: create(podsPath, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'u' } }),
      code: 400,
      reason: 'BadRequest',
      message:
        'ConfigMap in version "v1" cannot be handled as a Pod: converting (v1.ConfigMap) to (core.Pod): unknown conversion',
      causes: [],
    },
    {
      what: 'a misspelt field, strictly',
      asked: create(
        `${deploymentsPath}${strict}`,
        deployment(spec => Object.assign(spec, { replcas: 3 })),
      ),
      code: 400,
      reason: 'BadRequest',
      message:
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replcas"',
      causes: [],
    },
    {
      what: 'a misspelt field of a container, strictly',
      asked: create(`${podsPath}${strict}`, pod({ containers: [{ name: 'c', image: 'nginx', imagePullPolice: 'x' }] })),
      code: 400,
      reason: 'BadRequest',
      message:
        'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].imagePullPolice"',
      causes: [],
    },
    {
      what: 'a field twice, strictly',
      asked: create(
        `${configMapsPath}${strict}`,
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"twice"},"data":{},"data":{"a":"b"}}',
      ),
      code: 400,
      reason: 'BadRequest',
      message:
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data"',
      causes: [],
    },
    {
      what: 'a text where a number belongs',
      asked: create(
        deploymentsPath,
        deployment(spec => Object.assign(spec, { replicas: 'three' })),
      ),
      code: 400,
      reason: 'BadRequest',
      message:
        'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      causes: [],
    },
    {
      what: 'a number where a text belongs',
      asked: create(configMapsPath, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'n' }, data: { a: 1 } }),
      code: 400,
      reason: 'BadRequest',
      message:
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
      causes: [],
    },
    {
      what: 'a quantity that is none',
      asked: create(podsPath, pod({ containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: 'lots' } } }] })),
      code: 400,
      reason: 'BadRequest',
      message: `Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
      causes: [],
    },
    {
      what: 'required fields that are missing',
      asked: create(podsPath, pod({ containers: [{ name: 'c' }] })),
      code: 422,
      reason: 'Invalid',
      message: 'Pod "p" is invalid: spec.containers[0].image: Required value',
      causes: ['FieldValueRequired spec.containers[0].image'],
    },
    {
      what: 'a pod without containers',
      asked: create(podsPath, pod({})),
      code: 422,
      reason: 'Invalid',
      message: 'Pod "p" is invalid: spec.containers: Required value',
      causes: ['FieldValueRequired spec.containers'],
    },
    {
      what: 'a value that is not among those allowed',
      asked: create(podsPath, pod({ containers, restartPolicy: 'Sometimes' })),
      code: 422,
      reason: 'Invalid',
      message:
        'Pod "p" is invalid: spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
      causes: ['FieldValueNotSupported spec.restartPolicy'],
    },
    {
      what: 'a number out of its bounds',
      asked: create(
        deploymentsPath,
        deployment(spec => Object.assign(spec, { replicas: -1 })),
      ),
      code: 422,
      reason: 'Invalid',
      message: 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      causes: ['FieldValueInvalid spec.replicas'],
    },
    {
      what: 'a name that is no DNS subdomain',
      asked: create(podsPath, pod({ containers }, { name: 'Not_A_Name' })),
      code: 422,
      reason: 'Invalid',
      message: `Pod "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      causes: ['FieldValueInvalid metadata.name'],
    },
    {
      what: 'a namespace that is no DNS label',
      asked: create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } }),
      code: 422,
      reason: 'Invalid',
      message: 'Namespace "a.b" is invalid: metadata.name: Invalid value: "a.b": must not contain dots',
      causes: ['FieldValueInvalid metadata.name'],
    },
    {
      what: 'no name at all',
      asked: create(podsPath, pod({ containers }, {})),
      code: 422,
      reason: 'Invalid',
      message: 'Pod "" is invalid: metadata.name: Required value: name or generateName is required',
      causes: ['FieldValueRequired metadata.name'],
    },
    {
      what: 'another namespace than the path says',
      asked: create(podsPath, pod({ containers }, { name: 'p', namespace: 'kube-system' })),
      code: 400,
      reason: 'BadRequest',
      message: 'the namespace of the provided object does not match the namespace sent on the request',
      causes: [],
    },
    {
      what: 'a namespace that is not there',
      asked: create('/api/v1/namespaces/nowhere/pods', pod({ containers })),
      code: 404,
      reason: 'NotFound',
      message: 'namespaces "nowhere" not found',
      causes: [],
    },
    {
      what: 'a selector that does not match its template',
      asked: create(
        deploymentsPath,
        deployment(spec => Object.assign(spec, { selector: { matchLabels: { app: 'b' } } })),
      ),
      code: 422,
      reason: 'Invalid',
      message:
        'Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      causes: ['FieldValueInvalid spec.template.metadata.labels'],
    },
    {
      what: 'text that is no JSON',
      asked: create(podsPath, '{"apiVersion":"v1",'),
      code: 400,
      reason: 'BadRequest',
      message:
        "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: unexpected end of JSON input ",
      causes: [],
    },
    {
      what: 'an empty body',
      asked: { method: 'POST', path: podsPath, body: '' },
      code: 400,
      reason: 'BadRequest',
      message: '',
      causes: [],
    },
    {
      what: 'a kind of content nobody speaks',
      asked: { method: 'POST', path: podsPath, body: 'x', contentType: 'text/csv' },
      code: 415,
      reason: 'UnsupportedMediaType',
      message: 'the body of the request was in an unknown format - accepted media types include: ',
      causes: [],
    },
    {
      what: 'an answer nobody can give',
      asked: { method: 'GET', path: podsPath, accept: 'image/png' },
      code: 406,
      reason: 'NotAcceptable',
      message: '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml',
      causes: [],
    },
    {
      what: 'a verb that the path does not have',
      asked: { method: 'POST', path: `${podsPath}/p`, body: '{}' },
      code: 405,
      reason: 'MethodNotAllowed',
      message: 'the server does not allow this method on the requested resource',
      causes: [],
    },
    {
      what: 'a body of 4 MB',
      asked: create(configMapsPath, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'big' },
        data: { a: 'a'.repeat(4 * 1024 * 1024) },
      }),
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: limit is 3145728',
      causes: [],
    },
    {
      what: 'a config map of 2 MB',
      asked: create(configMapsPath, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'big' },
        data: { a: 'a'.repeat(2 * 1024 * 1024) },
      }),
      code: 422,
      reason: 'Invalid',
      message: 'ConfigMap "big" is invalid: []: Too long: may not be more than 1048576 bytes',
      causes: ['FieldValueTooLong []'],
    },
    {
      what: 'JSON of 100,000 levels',
      asked: create(podsPath, `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
      code: 400,
      reason: 'BadRequest',
      message:
        "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: invalid character '{' exceeded max depth ",
      causes: [],
    },
    {
      what: 'JSON of 100,000 lists, where anything may stand',
      asked: create(
        podsPath,
        `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      ),
      code: 400,
      reason: 'BadRequest',
      message: '',
      causes: [],
    },
    {
      what: 'bytes that are no UTF-8',
      asked: {
        method: 'POST',
        path: configMapsPath,
        contentType: 'application/vnd.kubernetes.protobuf',
        body: Buffer.from([0x6b, 0x38, 0x73, 0, 0xff, 0xff, 0xff]),
      },
      code: 400,
      reason: 'BadRequest',
      message: '',
      causes: [],
    },
    {
      what: 'a patch with a wrong type of field',
      asked: {
        method: 'PATCH',
        path: '/api/v1/namespaces/default',
        contentType: 'application/merge-patch+json',
        body: '{"metadata":{"labels":{"a":7}}}',
      },
      code: 422,
      reason: 'Invalid',
      message: '',
      causes: ['FieldValueInvalid patch'],
    },
    {
      what: 'a patch of a kind nobody knows',
      asked: { method: 'PATCH', path: '/api/v1/namespaces/default', contentType: 'text/plain', body: 'x' },
      code: 415,
      reason: 'UnsupportedMediaType',
      message: '415: Unsupported Media Type',
      causes: [],
    },
    {
      what: 'a label selector that is none',
      asked: { method: 'GET', path: `${podsPath}?labelSelector=a%3D%3D%3Db` },
      code: 400,
      reason: 'BadRequest',
      message: "unable to parse requirement: found '=', expected: identifier",
      causes: [],
    },
    {
      what: 'a resource version that is no number',
      asked: { method: 'GET', path: `${podsPath}?resourceVersion=abc` },
      code: 400,
      reason: 'BadRequest',
      message: 'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc"',
      causes: [],
    },
    {
      what: 'no credentials',
      asked: { method: 'GET', path: podsPath, token: '' },
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
      causes: [],
    },
    {
      what: 'a token that is nobody’s',
      asked: { method: 'GET', path: podsPath, token: 'nonsense' },
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
      causes: [],
    },
    {
      what: 'a token signed by somebody else',
      asked: {
        method: 'GET',
        path: podsPath,
        token: [
          { alg: 'ES256', kid: 'x' },
          { iss: 'https://kubernetes.default.svc.cluster.local', sub: 'system:admin' },
          'sig',
        ]
          .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
          .join('.'),
      },
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
      causes: [],
    },
  ]

  for (const { what, asked, ...expected } of cases)
    it(`${what}: ${expected.code} ${expected.reason}`, async () => {
      const answer = await ask(asked)
      assert.ok(answer.message.startsWith(expected.message), `the message is ${JSON.stringify(answer.message)}`)
      assert.deepEqual(
        { code: answer.code, reason: answer.reason, causes: answer.causes },
        { code: expected.code, reason: expected.reason, causes: expected.causes },
      )
      const health = await ask({ method: 'GET', path: '/readyz' })
      assert.deepEqual([health.code, health.message], [200, 'ok'])
    })

  it('a misspelt field is a warning unless asked otherwise', async () => {
    const made = await post(
      `${deploymentsPath}?dryRun=All`,
      deployment(spec => Object.assign(spec, { replcas: 3 })),
    )
    assert.deepEqual([made.code, made.warnings], [201, '299 - "unknown field \\"spec.replcas\\""'])
    const silent = await post(
      `${deploymentsPath}?dryRun=All&fieldValidation=Ignore`,
      deployment(spec => Object.assign(spec, { replcas: 3 })),
    )
    assert.deepEqual([silent.code, silent.warnings], [201, undefined])
  })

  it('bytes that are no UTF-8 in a JSON text are replaced, as upstream’s decoder does, and never stored as they are', async () => {
    const body = Buffer.concat([
      Buffer.from('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"utf8"},"data":{"a":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}}'),
    ])
    const { code } = await ask({ method: 'POST', path: `${configMapsPath}?dryRun=All`, body })
    assert.ok(code === 201 || code === 400, `answered with ${code}`)
    assert.equal((await ask({ method: 'GET', path: '/readyz' })).code, 200)
  })

  it('what may not change is refused, field by field: 422 Invalid', async () => {
    assert.equal((await post(deploymentsPath, deployment())).code, 201)
    const put = (change: (spec: Record<string, unknown>) => void) =>
      ask({ method: 'PUT', path: `${deploymentsPath}/web`, body: JSON.stringify(deployment(change)) })
    const selector = await put(spec =>
      Object.assign(spec, {
        selector: { matchLabels: { app: 'other' } },
        template: { metadata: { labels: { app: 'other' } }, spec: { containers } },
      }),
    )
    assert.deepEqual(selector, {
      code: 422,
      reason: 'Invalid',
      message:
        'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable',
      causes: ['FieldValueInvalid spec.selector'],
      warnings: undefined,
    })
    assert.equal((await post(podsPath, pod({ containers }))).code, 201)
    const image = await ask({
      method: 'PATCH',
      path: `${podsPath}/p`,
      contentType: 'application/merge-patch+json',
      body: JSON.stringify({ spec: { restartPolicy: 'Never' } }),
    })
    assert.equal(image.code, 422)
    assert.match(
      image.message,
      /^Pod "p" is invalid: spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`/,
    )
    assert.deepEqual(image.causes, ['FieldValueForbidden spec'])
    const uid = await ask({
      method: 'PATCH',
      path: `${podsPath}/p`,
      contentType: 'application/merge-patch+json',
      body: JSON.stringify({ metadata: { uid: 'other' } }),
    })
    assert.deepEqual([uid.code, uid.reason], [422, 'Invalid'])
    const renamed = await ask({
      method: 'PATCH',
      path: `${podsPath}/p`,
      contentType: 'application/merge-patch+json',
      body: JSON.stringify({ metadata: { name: 'other' } }),
    })
    assert.deepEqual(
      [renamed.code, renamed.reason, renamed.message],
      [400, 'BadRequest', 'the name of the object (other) does not match the name on the URL (p)'],
    )
  })

  it('a token of another cluster or of a deleted account: 401', async () => {
    const token = async () => {
      const { message } = await ask({
        method: 'POST',
        path: '/api/v1/namespaces/default/serviceaccounts/passing/token',
        body: '{"spec":{}}',
      })
      return JSON.parse(message).status.token as string
    }
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'passing' } }
    assert.equal((await post('/api/v1/namespaces/default/serviceaccounts', account)).code, 201)
    const mine = await token()
    const me = await ask({ method: 'GET', path: podsPath, token: mine })
    assert.deepEqual([me.code, me.reason], [403, 'Forbidden'])
    assert.equal(
      me.message,
      'pods is forbidden: User "system:serviceaccount:default:passing" cannot list resource "pods" in API group "" in the namespace "default"',
    )
    await ask({ method: 'DELETE', path: '/api/v1/namespaces/default/serviceaccounts/passing' })
    assert.equal((await ask({ method: 'GET', path: podsPath, token: mine })).code, 401)
  })

  it('requests that end in the middle do the server no harm', async () => {
    for (let i = 0; i < 20; i++) await aborted(server.url)
    assert.equal((await ask({ method: 'GET', path: '/readyz' })).code, 200)
  })
})

/** Announces a body and goes away before it is sent. */
async function aborted(url: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const call = request(`${url}${configMapsPath}`, {
    method: 'POST',
    rejectUnauthorized: false,
    headers: { 'content-type': 'application/json', 'content-length': '1000' },
  })
  call.on('error', () => {})
  call.on('close', resolve)
  call.write('{"apiVersion":')
  call.on('socket', socket => socket.on('secureConnect', () => call.destroy()))
  await promise
}

function send(
  url: string,
  ca: string,
  identity: { cert?: string; key?: string },
  { method, path, body, contentType = 'application/json', token, accept = 'application/json' }: Asked,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${url}${path}`,
      {
        method,
        ca,
        ...identity,
        agent: false,
        headers: {
          accept,
          ...(body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
      },
      response => {
        let text = ''
        response.setEncoding('utf8').on('data', chunk => {
          text += chunk
        })
        response.on('end', () => {
          const warnings = response.headers.warning as string | undefined
          const code = response.statusCode ?? 0
          const status = /"kind": ?"Status"/.test(text) ? JSON.parse(text) : undefined
          if (status?.status !== 'Failure') return resolve({ code, message: text, causes: [], warnings })
          assert.equal(status.code, code)
          resolve({
            code,
            reason: status.reason,
            message: status.message,
            causes: (status.details?.causes ?? []).map(({ reason, field }: { reason: string; field?: string }) =>
              field ? `${reason} ${field}` : reason,
            ),
            warnings,
          })
        })
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}
