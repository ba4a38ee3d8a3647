import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '../pod.ts'
import { type Dns, parseResolvConf, podDns } from './dns.ts'

const host: Dns = { servers: ['192.0.2.53'], searches: ['example.org'], options: ['edns0'] }
const cluster = { servers: ['10.96.0.10'], domain: 'cluster.local' }
const inCluster = ['ns.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'example.org']

test('the policy decides whom a pod asks', () => {
  const cases: [object, Dns][] = [
    [{}, { servers: ['10.96.0.10'], searches: inCluster, options: ['ndots:5'] }],
    [{ dnsPolicy: 'ClusterFirst', hostNetwork: true }, host],
    [
      { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true },
      { servers: ['10.96.0.10'], searches: inCluster, options: ['ndots:5'] },
    ],
    [{ dnsPolicy: 'Default' }, host],
    [
      { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'], searches: ['a'], options: [{ name: 'x' }] } },
      { servers: ['1.1.1.1'], searches: ['a'], options: ['x'] },
    ],
    [
      {
        dnsConfig: {
          nameservers: ['10.96.0.10', '1.1.1.1', '2.2.2.2', '3.3.3.3'],
          searches: ['b', 'cluster.local'],
          options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }],
        },
      },
      {
        servers: ['10.96.0.10', '1.1.1.1', '2.2.2.2'],
        searches: [...inCluster, 'b'],
        options: ['ndots:2', 'rotate'],
      },
    ],
  ]
  for (const [spec, expected] of cases) {
    const pod = { metadata: { namespace: 'ns' }, spec } as Pod
    assert.deepEqual(podDns(pod, cluster, host), expected, JSON.stringify(spec))
  }
})

test('resolv.conf is read as the resolver does', () => {
  const text = '# c\nnameserver 1.1.1.1\nsearch a. b\nnameserver  2.2.2.2 \noptions ndots:2 rotate\nsearch c. .\n'
  assert.deepEqual(parseResolvConf(text), {
    servers: ['1.1.1.1', '2.2.2.2'],
    searches: ['c', '.'],
    options: ['ndots:2', 'rotate'],
  })
})
