import assert from 'node:assert/strict'
import type { NetworkInterfaceInfo } from 'node:os'
import { test } from 'node:test'
import { chooseAddress } from './address.ts'
import { nodeNameOf } from './up.ts'

const one = (address: string): NetworkInterfaceInfo[] =>
  [{ address, family: address.includes(':') ? 'IPv6' : 'IPv4', internal: address === '127.0.0.1' }] as never
const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'
const route = (name: string, destination: string, metric: number) =>
  `${name}\t${destination}\t0100000A\t0003\t0\t0\t${metric}\t${destination === '00000000' ? '00000000' : '00FFFFFF'}\t0\t0\t0\n`

test('the machine is known by the address of the interface with the best default route', () => {
  const interfaces = { lo: one('127.0.0.1'), docker0: one('172.17.0.1'), eth0: one('10.0.0.5'), wlan0: one('10.1.0.5') }
  for (const [routes, expected] of [
    [header + route('eth0', '00000000', 100) + route('wlan0', '00000000', 600), '10.0.0.5'],
    [header + route('eth0', '00000000', 700) + route('wlan0', '00000000', 600), '10.1.0.5'],
    [header + route('wlan0', '0000000A', 0), '10.0.0.5'],
    ['', '10.0.0.5'],
  ] as const)
    assert.equal(chooseAddress(interfaces, routes), expected)
})

test('a machine without a network is at home on its loopback interface', () => {
  for (const interfaces of [{ lo: one('127.0.0.1') }, { cv12345678: one('10.244.0.1') }, { eth0: one('fd00::1') }, {}])
    assert.equal(chooseAddress(interfaces, ''), '127.0.0.1')
})

test('a node bears the name of its machine, as far as a Node may', () => {
  for (const [host, expected] of [
    ['vm', 'vm'],
    ['My_Laptop.local', 'my-laptop.local'],
    ['-x-', 'x'],
    ['ü', 'node'],
  ] as const)
    assert.equal(nodeNameOf(host), expected)
})
