import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toJson } from '../../../schema/codec/json.ts'
import { podSpecDefaults } from './defaults.ts'
import { podOf, rawPod } from './pod.test-suite.ts'
import { Pod } from './pod.ts'

const specOf = (spec: Record<string, unknown>) => podOf(spec).spec

test('a pod with one container becomes what upstream makes of it', () => {
  assert.deepEqual((toJson(Pod, podOf()) as { spec: unknown }).spec, {
    containers: [
      {
        name: 'main',
        image: 'nginx',
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        imagePullPolicy: 'Always',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    enableServiceLinks: true,
  })
})

test('service links are a default of pods, not of templates', () => {
  const { spec } = rawPod()
  podSpecDefaults(spec)
  assert.equal(spec.enableServiceLinks, undefined)
  assert.equal(spec.containers[0]?.imagePullPolicy, 'Always')
})

test('probes, ports and HTTP get their usual values', () => {
  const [container] = specOf({
    containers: [
      {
        name: 'main',
        image: 'nginx:1.27',
        ports: [{ containerPort: 80 }],
        livenessProbe: { httpGet: { port: 80 } },
        readinessProbe: { grpc: { port: 80 } },
      },
    ],
  }).containers
  assert.equal(container?.imagePullPolicy, 'IfNotPresent')
  assert.deepEqual(container?.ports, [{ containerPort: 80, protocol: 'TCP' }])
  const times = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }
  assert.deepEqual(container?.livenessProbe, { httpGet: { path: '/', port: 80, scheme: 'HTTP' }, ...times })
  assert.deepEqual(container?.readinessProbe, { grpc: { port: 80, service: '' }, ...times })
})

test('requests follow limits where they are missing', () => {
  const { containers, initContainers } = specOf({
    containers: [
      {
        name: 'main',
        image: 'a',
        resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } },
      },
    ],
    initContainers: [{ name: 'init', image: 'a', resources: { limits: { cpu: '2' } } }],
  })
  assert.deepEqual(containers[0]?.resources.requests, { cpu: '100m', memory: '1Gi' })
  assert.deepEqual(initContainers?.[0]?.resources.requests, { cpu: '2' })
})

test('amounts finer than a thousandth are rounded up', () => {
  const [container] = specOf({
    containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: '100500u', memory: '1Mi' } } }],
  }).containers
  assert.deepEqual(container?.resources.limits, { cpu: '101m', memory: '1Mi' })
})

test('on the network of the node, ports are those of the node', () => {
  const { containers } = specOf({
    hostNetwork: true,
    containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 8081 }] }],
  })
  assert.deepEqual(
    containers[0]?.ports?.map(port => port.hostPort),
    [80, 8081],
  )
})

test('volumes get their modes, and an emptyDir where no source is named', () => {
  const { volumes = [] } = specOf({
    volumes: [
      { name: 'a' },
      { name: 'b', secret: { secretName: 's' } },
      { name: 'c', configMap: { name: 'c' } },
      { name: 'd', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      { name: 'e', hostPath: { path: '/tmp' } },
      { name: 'f', image: { reference: 'files:1' } },
      { name: 'g', ephemeral: { volumeClaimTemplate: { spec: {} } } },
    ],
  })
  assert.deepEqual(volumes, [
    { name: 'a', emptyDir: {} },
    { name: 'b', secret: { secretName: 's', defaultMode: 0o644 } },
    { name: 'c', configMap: { name: 'c', defaultMode: 0o644 } },
    {
      name: 'd',
      projected: { sources: [{ serviceAccountToken: { expirationSeconds: 3600, path: 'token' } }], defaultMode: 0o644 },
    },
    { name: 'e', hostPath: { path: '/tmp', type: '' } },
    { name: 'f', image: { reference: 'files:1', pullPolicy: 'IfNotPresent' } },
    {
      name: 'g',
      ephemeral: { volumeClaimTemplate: { metadata: {}, spec: { resources: {}, volumeMode: 'Filesystem' } } },
    },
  ])
})

test('the two names of the service account are one', () => {
  const names = ({ serviceAccountName, serviceAccount }: Pod['spec']) => [serviceAccountName, serviceAccount]
  assert.deepEqual(names(specOf({ serviceAccount: 'old' })), ['old', 'old'])
  assert.deepEqual(names(specOf({ serviceAccountName: 'new', serviceAccount: 'old' })), ['new', 'new'])
  assert.deepEqual(names(specOf({})), [undefined, undefined])
})

test('a negative grace period means one second', () => {
  assert.equal(specOf({ terminationGracePeriodSeconds: -5 }).terminationGracePeriodSeconds, 1)
  assert.equal(specOf({ terminationGracePeriodSeconds: 0 }).terminationGracePeriodSeconds, 0)
})

test('podIP and podIPs agree', () => {
  const of = (status: Record<string, unknown>) => {
    const { podIP, podIPs } = podOf({}, status).status
    return [podIP, podIPs?.map(({ ip }) => ip)]
  }
  assert.deepEqual(of({ podIP: '10.0.0.1' }), ['10.0.0.1', ['10.0.0.1']])
  assert.deepEqual(of({ podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }), ['10.0.0.1', ['10.0.0.1', 'fd00::1']])
  assert.deepEqual(of({ podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.1' }] }), ['10.0.0.2', ['10.0.0.2']])
})

test('amounts of the pod follow those of its containers, then its limits', () => {
  const { resources } = specOf({
    containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '1' } } }],
    resources: { limits: { cpu: '2', memory: '1Gi' } },
  })
  assert.deepEqual(resources, { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } })
})
