import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, type Zone } from './answer.ts'
import type { ServiceRecords } from './records.ts'

const port = { name: 'http', protocol: 'tcp', port: 80 }
const service = (more: Partial<ServiceRecords>): ServiceRecords => ({
  namespace: 'shop',
  name: 'web',
  addresses: [],
  hosts: [],
  ports: [port],
  externalName: undefined,
  ...more,
})
const all: Record<string, ServiceRecords> = {
  'shop/web': service({ addresses: ['10.96.0.5'] }),
  'shop/db': service({
    name: 'db',
    hosts: [
      { label: 'db-0', ip: '10.244.0.2' },
      { label: '10-244-0-3', ip: '10.244.0.3' },
    ],
  }),
  'shop/none': service({ name: 'none' }),
  'shop/out': service({ name: 'out', externalName: 'example.org', ports: [] }),
}
const zone: Zone = {
  domain: 'cluster.local',
  service: (namespace, name) => all[`${namespace}/${name}`],
  hasNamespace: name => name === 'shop',
  namesOf: ip => (ip === '10.96.0.5' ? ['web.shop.svc.cluster.local'] : []),
}

/** The outcome, and the data of the answers. */
function ask(name: string, type = 'A'): readonly unknown[] {
  const reply = answer(zone, { name, type })
  return reply.outcome === 'found' ? reply.answers.map(record => record.data) : [reply.outcome]
}

const cases: readonly [what: string, name: string, type: string, wanted: readonly unknown[]][] = [
  ['a service by its cluster IP', 'web.shop.svc.cluster.local', 'A', ['10.96.0.5']],
  ['upper case and a dot at the end', 'WEB.Shop.svc.Cluster.Local.', 'A', ['10.96.0.5']],
  ['no IPv6 address of a service that is there', 'web.shop.svc.cluster.local', 'AAAA', ['empty']],
  ['a headless service by all its endpoints', 'db.shop.svc.cluster.local', 'A', ['10.244.0.2', '10.244.0.3']],
  ['an endpoint by its hostname', 'db-0.db.shop.svc.cluster.local', 'A', ['10.244.0.2']],
  ['an endpoint by its address', '10-244-0-3.db.shop.svc.cluster.local', 'A', ['10.244.0.3']],
  ['an endpoint that is not there', 'db-1.db.shop.svc.cluster.local', 'A', ['unknown']],
  ['a headless service without endpoints', 'none.shop.svc.cluster.local', 'A', ['unknown']],
  ['an external name', 'out.shop.svc.cluster.local', 'A', ['example.org']],
  [
    'a port',
    '_http._tcp.web.shop.svc.cluster.local',
    'SRV',
    [{ priority: 0, weight: 100, port: 80, target: 'web.shop.svc.cluster.local' }],
  ],
  ['a port of another protocol', '_http._udp.web.shop.svc.cluster.local', 'SRV', ['unknown']],
  [
    'a port of a headless service, by host',
    '_http._tcp.db.shop.svc.cluster.local',
    'SRV',
    [
      { priority: 0, weight: 50, port: 80, target: 'db-0.db.shop.svc.cluster.local' },
      { priority: 0, weight: 50, port: 80, target: '10-244-0-3.db.shop.svc.cluster.local' },
    ],
  ],
  ['the name of an address', '5.0.96.10.in-addr.arpa', 'PTR', ['web.shop.svc.cluster.local']],
  ['an address outside the cluster', '4.3.2.1.in-addr.arpa', 'PTR', ['forward']],
  ['a pod by its address', '10-1-2-3.shop.pod.cluster.local', 'A', ['10.1.2.3']],
  ['a pod of no namespace', '10-1-2-3.gone.pod.cluster.local', 'A', ['unknown']],
  ['a namespace with services has a name, but no address', 'shop.svc.cluster.local', 'A', ['empty']],
  ['a namespace that is not there', 'gone.svc.cluster.local', 'A', ['unknown']],
  ['a service that is not there', 'gone.shop.svc.cluster.local', 'A', ['unknown']],
  ['the version of the specification', 'dns-version.cluster.local', 'TXT', ['1.1.0']],
  ['a name of the world', 'example.org', 'A', ['forward']],
  ['a name that only looks like the domain', 'notcluster.local', 'A', ['forward']],
]
for (const [what, name, type, wanted] of cases)
  test(`DNS answers ${what}`, () => assert.deepEqual(ask(name, type), wanted))
