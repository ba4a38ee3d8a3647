import { performance } from 'node:perf_hooks'
import { Pod } from '../src/api/core/pod/pod.ts'
import { decodeJson, encodeJson, fromJson, strictProblems } from '../src/schema/codec/json.ts'
import { decodeProtobuf, encodeProtobuf } from '../src/schema/codec/protobuf.ts'
import { applyDefaults } from '../src/schema/derive/defaults.ts'
import { equal } from '../src/schema/derive/equal.ts'
import { applyStrategicPatch } from '../src/schema/merge/strategic.ts'
import { checkRules } from '../src/schema/rules/walk.ts'

/** A small pod as a ReplicaSet makes it, scheduled and running. */
const manifest = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: {
    name: 'nginx-5c689d88bb-q7t2x',
    generateName: 'nginx-5c689d88bb-',
    namespace: 'default',
    uid: '0f2b7c0e-6a9b-4d0e-8f5a-4b3f8b6c2d11',
    resourceVersion: '184467',
    creationTimestamp: '2026-01-31T09:30:00Z',
    labels: { app: 'nginx', 'pod-template-hash': '5c689d88bb' },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'nginx-5c689d88bb',
        uid: '7f1b7c0e-6a9b-4d0e-8f5a-4b3f8b6c2d12',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  },
  spec: {
    containers: [
      {
        name: 'nginx',
        image: 'nginx:1.27',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        resources: { limits: { cpu: '100m', memory: '100Mi' }, requests: { cpu: '100m', memory: '100Mi' } },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        imagePullPolicy: 'IfNotPresent',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'default',
    nodeName: 'node-1',
    securityContext: {},
    schedulerName: 'default-scheduler',
    tolerations: [
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ],
  },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-31T09:30:02Z' },
      { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-31T09:30:01Z' },
    ],
    hostIP: '10.0.0.1',
    podIP: '10.244.0.7',
    podIPs: [{ ip: '10.244.0.7' }],
    startTime: '2026-01-31T09:30:01Z',
    containerStatuses: [
      {
        name: 'nginx',
        state: { running: { startedAt: '2026-01-31T09:30:02Z' } },
        ready: true,
        restartCount: 0,
        image: 'docker.io/library/nginx:1.27',
        imageID: 'docker.io/library/nginx@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
        containerID: 'containerd://0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
        started: true,
      },
    ],
    qosClass: 'Guaranteed',
  },
}

const pod = decodeJson(Pod, encodeJson(Pod, fromJson(Pod, manifest)))
const text = encodeJson(Pod, pod)
const parsed: unknown = JSON.parse(text)
const bytes = encodeProtobuf(Pod, pod)
const other = fromJson(Pod, manifest)

/** Runs for about a second after a short warm-up and prints how often a second holds it. */
function measure(name: string, run: () => unknown): void {
  const until = (ms: number) => {
    const begun = performance.now()
    let count = 0
    while (performance.now() - begun < ms) for (let times = 0; times < 100; times++, count++) run()
    return (count / (performance.now() - begun)) * 1000
  }
  until(300)
  console.log(`${`schema: ${name}`.padEnd(50)} ${Math.round(until(1000)).toLocaleString('en')} /s`)
}

console.log(`a pod of ${text.length} bytes in JSON, ${bytes.length} in protobuf`)
measure('JSON.stringify alone', () => JSON.stringify(parsed))
measure('JSON.parse alone', () => JSON.parse(text))
measure('encode JSON', () => encodeJson(Pod, pod))
measure('decode JSON', () => decodeJson(Pod, text))
measure('decode JSON, strict', () => decodeJson(Pod, text, strictProblems()))
measure('encode protobuf', () => encodeProtobuf(Pod, pod))
measure('decode protobuf', () => decodeProtobuf(Pod, bytes))
measure('encode JSON of a pod from protobuf', () => encodeJson(Pod, decodeProtobuf(Pod, bytes)))
measure('defaults', () => applyDefaults(Pod, pod))
measure('rules', () => checkRules(Pod, pod))
measure('equality', () => equal(pod, other))
measure('strategic patch of one container', () =>
  applyStrategicPatch(Pod, pod, { spec: { containers: [{ name: 'nginx', image: 'x' }] } }),
)
