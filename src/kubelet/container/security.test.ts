import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, Pod } from '../pod.ts'
import { namespaceOptions, securityContext, verifyNonRoot } from './security.ts'

const pod = (spec: object = {}) => ({ metadata: { name: 'p', namespace: 'ns', uid: 'u' }, spec }) as Pod
const container = (context: object = {}) => ({ name: 'c', securityContext: context }) as Container
const of = (common: object, own: object, image = {}) =>
  securityContext(pod({ securityContext: common }), container(own), image, { seccompRoot: '/seccomp' })

test("a container's own settings win over the pod's", () => {
  const both = of({ runAsUser: 1, runAsGroup: 2, fsGroup: 3, supplementalGroups: [4] }, { runAsUser: 5 }, { uid: 9 })
  assert.deepEqual(both.runAsUser, { value: 5 })
  assert.deepEqual(both.runAsGroup, { value: 2 })
  assert.deepEqual(both.supplementalGroups, [3, 4])
  assert.deepEqual(of({}, {}, { uid: 9 }).runAsUser, { value: 9 })
  assert.equal(of({}, {}, { username: 'www' }).runAsUsername, 'www')
  assert.equal(of({ runAsUser: 1 }, {}, { username: 'www' }).runAsUsername, undefined)
})

test('privileges, capabilities, masks and seccomp', () => {
  const plain = of({}, {})
  assert.deepEqual([plain.privileged, plain.noNewPrivs, plain.readonlyRootfs], [false, false, false])
  assert.deepEqual(plain.seccomp, { profileType: 1 })
  assert.ok(plain.maskedPaths?.includes('/proc/kcore'))
  const strict = of(
    { seccompProfile: { type: 'RuntimeDefault' } },
    {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      procMount: 'Unmasked',
      capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
    },
  )
  assert.deepEqual([strict.noNewPrivs, strict.readonlyRootfs, strict.maskedPaths], [true, true, []])
  assert.deepEqual(strict.capabilities, { addCapabilities: ['NET_ADMIN'], dropCapabilities: ['ALL'] })
  assert.deepEqual(strict.seccomp, { profileType: 0 })
  const local = of({}, { seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' } })
  assert.deepEqual(local.seccomp, { profileType: 2, localhostRef: '/seccomp/a.json' })
  assert.throws(() => of({}, { seccompProfile: { type: 'Localhost' } }), /localhostProfile must be set/)
})

test('namespaces are shared as asked', () => {
  const cases: [object, object][] = [
    [{}, { network: 0, pid: 1, ipc: 0 }],
    [
      { hostNetwork: true, hostPID: true, hostIPC: true },
      { network: 2, pid: 2, ipc: 2 },
    ],
    [{ shareProcessNamespace: true }, { network: 0, pid: 0, ipc: 0 }],
  ]
  for (const [spec, expected] of cases) assert.deepEqual(namespaceOptions(pod(spec)), expected)
  assert.deepEqual(namespaceOptions(pod(), 'id'), { network: 0, pid: 3, ipc: 0, targetId: 'id' })
  assert.deepEqual(namespaceOptions(pod({ shareProcessNamespace: true }), 'id'), { network: 0, pid: 0, ipc: 0 })
})

test('a container that must not be root is refused when it would be', () => {
  const check = (common: object, own: object, image: object) => () =>
    verifyNonRoot(pod({ securityContext: common }), container(own), image)
  assert.doesNotThrow(check({}, { runAsUser: 0 }, { uid: 0 }))
  assert.doesNotThrow(check({ runAsNonRoot: true }, { runAsUser: 1 }, { uid: 0 }))
  assert.doesNotThrow(check({ runAsNonRoot: true }, { runAsNonRoot: false }, { uid: 0 }))
  assert.doesNotThrow(check({ runAsNonRoot: true }, {}, { uid: 7 }))
  assert.throws(check({ runAsNonRoot: true }, { runAsUser: 0 }, {}), /container's runAsUser breaks non-root policy/)
  assert.throws(
    check({}, { runAsNonRoot: true }, { uid: 0 }),
    /image will run as root \(pod: "p_ns\(u\)", container: c\)/,
  )
  assert.throws(check({}, { runAsNonRoot: true }, { username: 'www' }), /non-numeric user \(www\)/)
})
