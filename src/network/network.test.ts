import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bridgeAddress, bridgeCommands, gatewayOf } from './bridge.ts'
import { cniConfiguration, type PodNetwork } from './cni.ts'
import { nodeAddresses } from './controller.ts'
import { removeHostPorts } from './hostPorts.ts'
import { type Link, parseLinks, uplinkMtu } from './links.ts'
import { masqueradeRules } from './masquerade.ts'
import { setUpNetwork } from './network.ts'
import { neededSysctls } from './sysctls.ts'

const network: PodNetwork = {
  name: 'caravel-1',
  bridge: 'caravel0',
  podCIDRs: ['10.244.3.0/24'],
  clusterCIDRs: ['10.244.0.0/16'],
  mtu: 1400,
  addressDirectory: '/run/caravel/1/addresses',
}
const dual: PodNetwork = {
  ...network,
  podCIDRs: ['10.244.3.0/24', 'fd00:10:3::/64'],
  clusterCIDRs: ['10.244.0.0/16', 'fd00:10::/32'],
}

test('the CNI configuration joins pods by the bridge, gives one address per family and maps host ports', () => {
  assert.deepEqual(cniConfiguration(dual), {
    cniVersion: '1.0.0',
    name: 'caravel-1',
    plugins: [
      {
        type: 'bridge',
        bridge: 'caravel0',
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        mtu: 1400,
        ipam: {
          type: 'host-local',
          ranges: [[{ subnet: '10.244.3.0/24' }], [{ subnet: 'fd00:10:3::/64' }]],
          routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }],
          dataDir: '/run/caravel/1/addresses',
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  })
})

test('the gateway is the first address of the range', () => {
  assert.equal(gatewayOf('10.244.3.0/24'), '10.244.3.1/24')
  assert.equal(gatewayOf('fd00:10:3::/64'), 'fd00:10:3::1/64')
  assert.throws(() => gatewayOf('10.244.3.0'), /pod range "10.244.3.0" is no CIDR/)
  assert.throws(() => gatewayOf('10.244.3.0/32'), /no CIDR with room for a gateway/)
})

test('the bridge has a hardware address of its own for every range', () => {
  assert.equal(bridgeAddress('10.244.3.0/24'), '0a:58:0a:f4:03:01')
  assert.equal(bridgeAddress('10.244.4.0/24'), '0a:58:0a:f4:04:01')
})

test('the bridge is made, mended or left as it is', () => {
  const right: Link = {
    name: 'caravel0',
    mtu: 1400,
    address: '0a:58:0a:f4:03:01',
    up: true,
    addresses: ['10.244.3.1/24', 'fe80::1/64'],
  }
  const cases: [string, PodNetwork, Link[], string[]][] = [
    [
      'absent',
      dual,
      [],
      [
        'link add name caravel0 address 0a:58:0a:f4:03:01 mtu 1400 type bridge',
        'address add 10.244.3.1/24 dev caravel0',
        'address add fd00:10:3::1/64 dev caravel0 nodad',
        'link set dev caravel0 up',
      ],
    ],
    ['right', network, [right], []],
    [
      'of another range and MTU',
      network,
      [{ ...right, mtu: 1500, addresses: ['10.9.0.1/24'] }],
      [
        'link set dev caravel0 address 0a:58:0a:f4:03:01 mtu 1400',
        'address del 10.9.0.1/24 dev caravel0',
        'address add 10.244.3.1/24 dev caravel0',
      ],
    ],
    ['down', network, [{ ...right, up: false }], ['link set dev caravel0 up']],
  ]
  for (const [name, wanted, links, commands] of cases) assert.deepEqual(bridgeCommands(wanted, links), commands, name)
})

test('pods get the MTU of the interface with the node address', () => {
  const links = parseLinks(
    JSON.stringify([
      { ifname: 'lo', mtu: 65536, flags: ['LOOPBACK', 'UP'], addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
      { ifname: 'eth0', mtu: 1400, flags: ['UP'], addr_info: [{ local: '192.0.2.2', prefixlen: 24 }] },
      { ifname: 'veth1', mtu: 1400, master: 'caravel0', address: '02:00:00:00:00:01', flags: [] },
    ]),
  )
  assert.deepEqual(links[2], {
    name: 'veth1',
    mtu: 1400,
    master: 'caravel0',
    address: '02:00:00:00:00:01',
    up: false,
    addresses: [],
  })
  assert.equal(uplinkMtu(links, '192.0.2.2'), 1400)
  assert.equal(uplinkMtu(links, '192.0.2.3'), 1500)
  assert.equal(uplinkMtu(links, '127.0.0.1'), 1500)
})

test('only traffic that leaves the cluster is masqueraded', () => {
  assert.equal(
    masqueradeRules(dual),
    `table inet caravel0 {}
delete table inet caravel0
table inet caravel0 {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 10.244.3.0/24 ip daddr != 10.244.3.0/24 ip daddr != 10.244.0.0/16 ip daddr != 224.0.0.0/4 masquerade fully-random
    ip6 saddr fd00:10:3::/64 ip6 daddr != fd00:10:3::/64 ip6 daddr != fd00:10::/32 ip6 daddr != ff00::/8 masquerade fully-random
  }
}
`,
  )
})

test('IPv6 forwarding is switched on only for nodes with such pods', () => {
  assert.deepEqual(neededSysctls(network.podCIDRs), { 'net.ipv4.ip_forward': '1' })
  assert.deepEqual(neededSysctls(dual.podCIDRs), { 'net.ipv4.ip_forward': '1', 'net.ipv6.conf.all.forwarding': '1' })
})

const hostPorts = (networks: string[]) =>
  [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
    ...networks.map(name => `:CNI-DN-${name} - [0:0]`),
    ':CNI-HOSTPORT-DNAT - [0:0]',
    ':CNI-HOSTPORT-MASQ - [0:0]',
    ':CNI-HOSTPORT-SETMARK - [0:0]',
    '-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    '-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ',
    ...networks.map(name => `-A CNI-DN-${name} -s 10.244.3.0/24 -p tcp -m tcp --dport 80 -j CNI-HOSTPORT-SETMARK`),
    ...networks.map(
      name =>
        `-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"${name}\\" id: \\"pod\\"" -m multiport --dports 80 -j CNI-DN-${name}`,
    ),
    '-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE',
    'COMMIT',
    '',
  ].join('\n')

test('host ports of a network go without touching those of another', () => {
  assert.equal(
    removeHostPorts(hostPorts(['caravel-1', 'other']), 'caravel-1'),
    [
      '*nat',
      '-D CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"caravel-1\\" id: \\"pod\\"" -m multiport --dports 80 -j CNI-DN-caravel-1',
      '-F CNI-DN-caravel-1',
      '-X CNI-DN-caravel-1',
      'COMMIT',
      '',
    ].join('\n'),
  )
})

test('the last network to have host ports takes the shared chains along', () => {
  assert.equal(
    removeHostPorts(hostPorts(['caravel-1']), 'caravel-1'),
    [
      '*nat',
      '-D PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
      '-D POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ',
      '-F CNI-DN-caravel-1',
      '-F CNI-HOSTPORT-DNAT',
      '-F CNI-HOSTPORT-MASQ',
      '-F CNI-HOSTPORT-SETMARK',
      '-X CNI-DN-caravel-1',
      '-X CNI-HOSTPORT-DNAT',
      '-X CNI-HOSTPORT-MASQ',
      '-X CNI-HOSTPORT-SETMARK',
      'COMMIT',
      '',
    ].join('\n'),
  )
  assert.equal(removeHostPorts('*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n', 'caravel-1'), '')
})

test('a node is routed to by its internal addresses and all its ranges', () => {
  const addresses = [
    { type: 'Hostname', address: 'b' },
    { type: 'InternalIP', address: '10.0.0.2' },
    { type: 'ExternalIP', address: '198.51.100.2' },
    { type: 'InternalIP', address: 'fd00::2' },
  ]
  const ranges = { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24', 'fd00:10:1::/64'] }
  assert.deepEqual(nodeAddresses({ metadata: { name: 'b' }, spec: ranges, status: { addresses } }), {
    name: 'b',
    podCIDRs: ['10.244.1.0/24', 'fd00:10:1::/64'],
    addresses: ['10.0.0.2', 'fd00::2'],
  })
  assert.deepEqual(nodeAddresses({ metadata: { name: 'c' } }), { name: 'c', podCIDRs: [], addresses: [] })
})

test('a bridge name that could break out of a command is refused', async () => {
  const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }
  const deps = { log: silent, run: async () => assert.fail('no command may run') }
  const options = { ...network, nodeIP: '10.0.0.1', configurationDirectory: '/nowhere' }
  for (const bridge of ['', 'caravel0; reboot', 'a-bridge-name-too-long', '0bridge'])
    await assert.rejects(
      setUpNetwork(deps, { ...options, bridge }),
      /bridge name .*: use at most 15 lower-case letters/,
    )
})
