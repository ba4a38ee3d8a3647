import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '../pod.ts'
import { hostnameOf, hostsFile, kernelHostname } from './hosts.ts'

const pod = (spec: object, name = 'web') => ({ metadata: { name, namespace: 'ns' }, spec }) as Pod

test('names of a pod follow its description', () => {
  const cases: [Pod, string, string, string][] = [
    [pod({}), 'web', '', 'web'],
    [pod({ hostname: 'h' }), 'h', '', 'h'],
    [pod({ subdomain: 's' }), 'web', 's.ns.svc.cluster.local', 'web'],
    [pod({ subdomain: 's', setHostnameAsFQDN: true }), 'web', 's.ns.svc.cluster.local', 'web.s.ns.svc.cluster.local'],
    [pod({ hostnameOverride: 'any.name' }), 'any.name', '', 'any.name'],
    [pod({}, `${'a'.repeat(62)}-bc`), 'a'.repeat(62), '', 'a'.repeat(62)],
  ]
  for (const [of, hostname, domain, kernel] of cases) {
    assert.deepEqual(hostnameOf(of, 'cluster.local'), { hostname, domain })
    assert.equal(kernelHostname(of, 'cluster.local'), kernel)
  }
  const long = pod({ subdomain: 's'.repeat(50), setHostnameAsFQDN: true })
  assert.throws(() => kernelHostname(long, 'cluster.local'), /too long \(64 characters is the max/)
})

test('the hosts file names the pod, and what its aliases say', () => {
  const own = pod({ hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }] })
  assert.equal(
    hostsFile(own, { hostname: 'h', domain: 'd.x' }, ['10.0.0.1', 'fd00::1'], ''),
    `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
10.0.0.1\th.d.x\th
fd00::1\th.d.x\th

# Entries added by HostAliases.
1.2.3.4\ta\tb
`,
  )
  assert.equal(
    hostsFile(pod({ hostNetwork: true }), { hostname: 'h', domain: '' }, ['10.0.0.1'], '127.0.0.1 localhost\n'),
    '# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n',
  )
})
