import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigMap } from '../../api/core/configMap.ts'
import type { Secret } from '../../api/core/secret.ts'
import type { Service } from '../../api/core/service.ts'
import { notFound } from '../../api/meta/statusError.ts'
import type { Container, Pod } from '../pod.ts'
import { type EnvSources, environment } from './env.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const maps: Record<string, ConfigMap> = { m: { metadata: { name: 'm' }, data: { a: '1', b: '2' } } }
const secrets: Record<string, Secret> = { s: { metadata: { name: 's' }, data: { k: base64('secret') } } }
const service = (name: string, namespace: string, ports: object[]): Service =>
  ({ metadata: { name, namespace }, spec: { clusterIP: '10.0.0.9', ports } }) as unknown as Service

const sources: EnvSources = {
  references: {
    configMap: async (_, name) => maps[name] ?? Promise.reject(notFound({ group: '', plural: 'configmap' }, name)),
    secret: async (_, name) => secrets[name] ?? Promise.reject(notFound({ group: '', plural: 'secret' }, name)),
  },
  addresses: { podIPs: ['10.1.0.1', 'fd00::1'], hostIPs: ['192.0.2.1'] },
  allocatable: { cpu: '4', memory: '8Gi' },
  services: [
    service('kubernetes', 'default', [{ name: 'https', port: 443, protocol: 'TCP' }]),
    service('my-db', 'ns', [
      { port: 5432, protocol: 'TCP' },
      { name: 'alt-1', port: 53, protocol: 'UDP' },
    ]),
    service('other', 'elsewhere', [{ port: 1, protocol: 'TCP' }]),
  ],
}
const pod = (spec: object = {}): Pod =>
  ({
    metadata: { name: 'p', namespace: 'ns', uid: 'u', labels: { b: '2', a: 'x"y' }, annotations: { 'e.x/k': 'v' } },
    spec: { nodeName: 'n', serviceAccountName: 'sa', enableServiceLinks: false, containers: [], ...spec },
    status: {},
  }) as unknown as Pod
const container = (more: object): Container => ({ name: 'c', resources: {}, ...more }) as Container
const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } })
const resource = (name: string, of: string, divisor?: string) => ({
  name,
  valueFrom: { resourceFieldRef: { resource: of, ...(divisor ? { divisor } : {}) } },
})
const only = (env: Map<string, string>) =>
  Object.fromEntries([...env].filter(([name]) => !name.startsWith('KUBERNETES_')))

test('variables come from literals, maps, secrets and the pod itself', async () => {
  const env = await environment(
    pod(),
    container({
      resources: { requests: { cpu: '1500m' }, limits: { memory: '100Mi' } },
      envFrom: [{ prefix: 'P_', configMapRef: { name: 'm' } }, { secretRef: { name: 's' } }],
      env: [
        { name: 'LITERAL', value: 'x' },
        { name: 'EXPANDED', value: '$(LITERAL)$(P_a)$(LATER)$(KUBERNETES_SERVICE_HOST)' },
        { name: 'LATER', value: 'y' },
        { name: 'P_b', value: 'over' },
        { name: 'EMPTY' },
        { name: 'KEY', valueFrom: { configMapKeyRef: { name: 'm', key: 'a' } } },
        { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        { name: 'NOT', valueFrom: { secretKeyRef: { name: 'none', key: 'k', optional: true } } },
        field('LABELS', 'metadata.labels'),
        field('ANNOTATION', "metadata.annotations['e.x/k']"),
        field('NODE', 'spec.nodeName'),
        field('ACCOUNT', 'spec.serviceAccountName'),
        field('IPS', 'status.podIPs'),
        field('HOST', 'status.hostIP'),
        resource('CPU', 'requests.cpu'),
        resource('CPU_MILLI', 'requests.cpu', '1m'),
        resource('CPU_LIMIT', 'limits.cpu'),
        resource('MEMORY', 'limits.memory', '1Mi'),
      ],
    }),
    sources,
  )
  assert.deepEqual(only(env), {
    P_a: '1',
    P_b: 'over',
    k: 'secret',
    LITERAL: 'x',
    EXPANDED: 'x1$(LATER)10.0.0.9',
    LATER: 'y',
    EMPTY: '',
    KEY: '1',
    SECRET: 'secret',
    LABELS: 'a="x\\"y"\nb="2"',
    ANNOTATION: 'v',
    NODE: 'n',
    ACCOUNT: 'sa',
    IPS: '10.1.0.1,fd00::1',
    HOST: '192.0.2.1',
    CPU: '2',
    CPU_MILLI: '1500',
    CPU_LIMIT: '4',
    MEMORY: '100',
  })
})

test('services are told: the master always, those of the namespace when links are wanted', async () => {
  const names = async (enableServiceLinks: boolean) =>
    [...(await environment(pod({ enableServiceLinks }), container({}), sources)).keys()].sort()
  const master = [
    'KUBERNETES_PORT',
    'KUBERNETES_PORT_443_TCP',
    'KUBERNETES_PORT_443_TCP_ADDR',
    'KUBERNETES_PORT_443_TCP_PORT',
    'KUBERNETES_PORT_443_TCP_PROTO',
    'KUBERNETES_SERVICE_HOST',
    'KUBERNETES_SERVICE_PORT',
    'KUBERNETES_SERVICE_PORT_HTTPS',
  ]
  assert.deepEqual(await names(false), master)
  const own = (await names(true)).filter(name => !master.includes(name))
  assert.deepEqual(
    own,
    [
      'MY_DB_PORT',
      'MY_DB_PORT_53_UDP',
      'MY_DB_PORT_53_UDP_ADDR',
      'MY_DB_PORT_53_UDP_PORT',
      'MY_DB_PORT_53_UDP_PROTO',
      'MY_DB_PORT_5432_TCP',
      'MY_DB_PORT_5432_TCP_ADDR',
      'MY_DB_PORT_5432_TCP_PORT',
      'MY_DB_PORT_5432_TCP_PROTO',
      'MY_DB_SERVICE_HOST',
      'MY_DB_SERVICE_PORT',
      'MY_DB_SERVICE_PORT_ALT_1',
    ].sort(),
  )
})

test('what is missing is named', async () => {
  const cases: [object, RegExp][] = [
    [{ envFrom: [{ configMapRef: { name: 'none' } }] }, /^configmap "none" not found$/],
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'm', key: 'z' } } }] },
      /^couldn't find key z in ConfigMap ns\/m$/,
    ],
    [
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'z' } } }] },
      /^couldn't find key z in Secret ns\/s$/,
    ],
    [{ env: [field('A', 'spec.containers')] }, /^unsupported fieldPath: spec.containers$/],
    [{ env: [resource('A', 'limits.gpu')] }, /^unsupported container resource : limits.gpu$/],
  ]
  for (const [more, message] of cases) {
    await assert.rejects(environment(pod(), container(more), sources), { message }, String(message))
  }
  await assert.rejects(
    environment(pod(), container({}), { ...sources, services: undefined }),
    /services have not yet been read/,
  )
})
