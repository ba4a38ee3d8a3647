import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Subject } from './check.ts'
import { evaluate, inDetail } from './evaluate.ts'
import { policyOf, type Standard, standardText } from './policy.ts'

/** What the strictest level asks of a container. */
const good = {
  name: 'c',
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  },
}
const pod = (spec: object, annotations: Record<string, string> = {}): Subject =>
  ({ metadata: { annotations }, spec: { containers: [good], ...spec } }) as unknown as Subject
const container = (context: object, more: object = {}) => ({
  ...good,
  ...more,
  securityContext: { ...good.securityContext, ...context },
})
const one = (context: object, more: object = {}) => pod({ containers: [container(context, more)] })
const found = (level: Standard['level'], subject: Subject, version: Standard['version'] = 'latest') =>
  inDetail(evaluate({ level, version }, subject))

const baseline: readonly [what: string, subject: Subject, wanted: string][] = [
  ['a pod that asks for nothing', pod({ containers: [{ name: 'c' }] }), ''],
  [
    'an AppArmor profile of none',
    pod({
      securityContext: { appArmorProfile: { type: 'Unconfined' } },
      containers: [container({ appArmorProfile: { type: 'Unconfined' } })],
    }),
    'forbidden AppArmor profile (pod and container "c" must not set AppArmor profile type to "Unconfined")',
  ],
  [
    'an AppArmor annotation',
    pod({}, { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' }),
    'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/c=\\"unconfined\\"")',
  ],
  [
    'capabilities',
    one({ capabilities: { add: ['NET_ADMIN', 'CHOWN', 'BPF'] } }),
    'non-default capabilities (container "c" must not include "BPF", "NET_ADMIN" in securityContext.capabilities.add)',
  ],
  [
    "the host's namespaces",
    pod({ hostNetwork: true, hostIPC: true }),
    'host namespaces (hostNetwork=true, hostIPC=true)',
  ],
  [
    "the host's files",
    pod({
      volumes: [
        { name: 'a', hostPath: {} },
        { name: 'b', hostPath: {} },
        { name: 'e', emptyDir: {} },
      ],
    }),
    'hostPath volumes (volumes "a", "b")',
  ],
  [
    "the host's ports",
    pod({
      containers: [container({}, { ports: [{ hostPort: 80 }] })],
      initContainers: [container({}, { name: 'i', ports: [{ hostPort: 80 }, { hostPort: 443 }] })],
    }),
    'hostPort (containers "i", "c" use hostPorts 443, 80)',
  ],
  [
    'probes of other hosts',
    one({}, { livenessProbe: { httpGet: { host: 'x' } }, lifecycle: { preStop: { tcpSocket: { host: 'y' } } } }),
    'probe or lifecycle host (container "c" uses probe or lifecycle hosts "x", "y")',
  ],
  ['privileges', one({ privileged: true }), 'privileged (container "c" must not set securityContext.privileged=true)'],
  [
    'an unmasked /proc',
    one({ procMount: 'Unmasked' }),
    'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
  ],
  [
    'an unmasked /proc with users of its own',
    pod({ hostUsers: false, containers: [container({ procMount: 'Unmasked' })] }),
    '',
  ],
  [
    'SELinux options',
    pod({
      securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u' } },
      containers: [container({ seLinuxOptions: { role: 'r' } })],
    }),
    'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
  ],
  [
    'no seccomp profile',
    one({ seccompProfile: { type: 'Unconfined' } }),
    'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  [
    'sysctls',
    pod({ securityContext: { sysctls: [{ name: 'kernel.msgmax' }, { name: 'net.ipv4.tcp_rmem' }] } }),
    'forbidden sysctls (kernel.msgmax)',
  ],
  [
    'processes of a Windows host',
    one({ windowsOptions: { hostProcess: true } }),
    'hostProcess (container "c" must not set securityContext.windowsOptions.hostProcess=true)',
  ],
  [
    'several at once, in their order',
    pod({ hostPID: true, containers: [container({ privileged: true })] }),
    'host namespaces (hostPID=true), privileged (container "c" must not set securityContext.privileged=true)',
  ],
]
for (const [what, subject, wanted] of baseline)
  test(`baseline and ${what}`, () => assert.equal(found('baseline', subject), wanted))

const restricted: readonly [what: string, subject: Subject, wanted: string][] = [
  ['a pod that does all it should', pod({}), ''],
  [
    'a pod that says nothing',
    pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
    'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  ],
  [
    'a pod that says it for its containers',
    pod({
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'Localhost' } },
      containers: [container({ runAsNonRoot: undefined, seccompProfile: undefined })],
    }),
    '',
  ],
  [
    'capabilities beyond one',
    one({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'CHOWN'] } }),
    'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
  ],
  [
    'volumes, the baseline check of which it makes superfluous',
    pod({
      volumes: [
        { name: 'n', nfs: {} },
        { name: 'h', hostPath: {} },
        { name: 'p', projected: {} },
      ],
    }),
    'restricted volume types (volumes "n", "h" use restricted volume types "hostPath", "nfs")',
  ],
  [
    'root',
    pod({ securityContext: { runAsUser: 0 }, containers: [container({ runAsNonRoot: false, runAsUser: 0 })] }),
    'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod and container "c" must not set runAsUser=0)',
  ],
  [
    'root among users of its own',
    pod({ hostUsers: false, containers: [container({ runAsUser: 0, runAsNonRoot: false })] }),
    '',
  ],
  [
    'an unmasked /proc, users of its own or not',
    pod({ hostUsers: false, containers: [container({ procMount: 'Unmasked' })] }),
    'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
  ],
  [
    'Windows',
    pod({ os: { name: 'windows' }, containers: [{ name: 'c', securityContext: { runAsNonRoot: true } }] }),
    '',
  ],
]
for (const [what, subject, wanted] of restricted)
  test(`restricted and ${what}`, () => assert.equal(found('restricted', subject), wanted))

test('a level is what it was in its version', () => {
  const probing = one({}, { livenessProbe: { httpGet: { host: 'x' } } })
  assert.equal(found('baseline', probing, 33), '')
  assert.notEqual(found('baseline', probing, 34), '')
  assert.notEqual(found('baseline', probing, 99), '')
  const silent = pod({ containers: [{ name: 'c' }] })
  assert.equal(found('restricted', silent, 7).startsWith('runAsNonRoot'), true)
  const sysctls = pod({ securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports' }] } })
  assert.deepEqual([found('baseline', sysctls, 26) === '', found('baseline', sysctls, 27) === ''], [false, true])
})

const label = 'pod-security.kubernetes.io'
const policies: readonly [labels: Record<string, string>, wanted: string, wrong?: string][] = [
  [{}, 'privileged:latest privileged:latest privileged:latest'],
  [{ [`${label}/enforce`]: 'baseline' }, 'baseline:latest privileged:latest baseline:latest'],
  [
    { [`${label}/enforce`]: 'restricted', [`${label}/enforce-version`]: 'v1.25' },
    'restricted:v1.25 privileged:latest restricted:v1.25',
  ],
  [
    { [`${label}/enforce`]: 'restricted', [`${label}/warn`]: 'privileged', [`${label}/audit`]: 'baseline' },
    'restricted:latest baseline:latest privileged:latest',
  ],
  [
    { [`${label}/enforce`]: 'strict', [`${label}/warn`]: 'x', [`${label}/audit-version`]: '1.2' },
    'restricted:latest privileged:latest privileged:latest',
    `metadata.labels[${label}/enforce] metadata.labels[${label}/audit-version] metadata.labels[${label}/warn]`,
  ],
]
for (const [labels, wanted, wrong = ''] of policies)
  test(`labels ${JSON.stringify(labels)} mean ${wanted}`, () => {
    const { policy, errors } = policyOf(labels)
    assert.equal([policy.enforce, policy.audit, policy.warn].map(standardText).join(' '), wanted)
    assert.equal(errors.map(({ field }) => field).join(' '), wrong)
  })
