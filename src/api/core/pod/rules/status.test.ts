import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podOf, told } from '../pod.test-suite.ts'
import { podStatusRules } from './status.ts'

type Json = Record<string, unknown>

const ended = (exitCode: number) => ({ containerStatuses: [{ name: 'main', state: { terminated: { exitCode } } }] })
const runs = { containerStatuses: [{ name: 'main', state: { running: {} } }] }
const back = 'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'
const rule = (action: string, operator: string, values: number[]) => ({
  restartPolicy: 'Never',
  containers: [
    {
      name: 'main',
      image: 'nginx',
      restartPolicy: 'Never',
      restartPolicyRules: [{ action, exitCodes: { operator, values } }],
    },
  ],
})

const cases: [name: string, expected: string[], before: Json, after: Json, spec?: Json][] = [
  ['a container runs', [], {}, runs],
  ['a container is started again', [], ended(1), runs],
  ['after a failure, when it may be', [], ended(1), runs, { restartPolicy: 'OnFailure' }],
  ['after success it ends for good', [back], ended(0), runs, { restartPolicy: 'OnFailure' }],
  ['never', [back], ended(1), runs, { restartPolicy: 'Never' }],
  ['by a rule of its own', [], ended(42), runs, rule('Restart', 'In', [42])],
  ['by a rule that does not fit', [back], ended(1), runs, rule('Restart', 'In', [42])],
  ['by a rule that excludes codes', [], ended(1), runs, rule('Restart', 'NotIn', [42])],
  ['by a rule that starts all of them', [], ended(0), runs, rule('RestartAllContainers', 'In', [42])],
  [
    'a sidecar comes back',
    [],
    { initContainerStatuses: [{ name: 's', state: { terminated: { exitCode: 0 } } }] },
    { initContainerStatuses: [{ name: 's', state: { running: {} } }] },
    { restartPolicy: 'Never', initContainers: [{ name: 's', image: 'a', restartPolicy: 'Always' }] },
  ],
  [
    'an ephemeral container does not',
    ['status.ephemeralContainerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'],
    { ephemeralContainerStatuses: [{ name: 'd', state: { terminated: { exitCode: 0 } } }] },
    { ephemeralContainerStatuses: [{ name: 'd', state: { running: {} } }] },
  ],
  [
    'the QoS class stays',
    ['status.qosClass: Invalid value: "Guaranteed": field is immutable'],
    { qosClass: 'BestEffort' },
    { qosClass: 'Guaranteed' },
  ],
  [
    'conditions have qualified names',
    [
      "status.conditions[0].Type: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ],
    {},
    { conditions: [{ type: 'a/b/c', status: 'True' }] },
  ],
  [
    'a placed pod is not nominated',
    ['status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node'],
    {},
    { nominatedNodeName: 'n2' },
    { nodeName: 'n1' },
  ],
  [
    'addresses, one of each family',
    [
      'status.podIPs: Invalid value: [{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]: may specify no more than one IP for each IP family',
      'status.hostIPs[0].ip: Invalid value: "10.0.0.4": must be equal to `hostIP`',
    ],
    {},
    { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], hostIP: '10.0.0.3', hostIPs: [{ ip: '10.0.0.4' }] },
  ],
  ['addresses of both families', [], {}, { podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }],
  [
    'claims that the pod has',
    [
      'status.resourceClaimStatuses[0].name: Invalid value: "x": must match the name of an entry in `spec.resourceClaims`',
    ],
    {},
    { resourceClaimStatuses: [{ name: 'x' }] },
  ],
]

for (const [name, expected, before, after, spec = {}] of cases)
  test(`status: ${name}`, () =>
    assert.deepEqual(told(podStatusRules(podOf(spec, after), podOf(spec, before))), expected))
