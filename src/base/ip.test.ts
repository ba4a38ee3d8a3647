import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addressBytes,
  addressFromBytes,
  canonicalIP,
  compareIP,
  formatIP,
  offsetIP,
  parseIP,
  parseLegacyIP,
  specialUse,
  unmapped,
} from './ip.ts'

const address = (text: string) => parseIP(text) ?? assert.fail(`${text} is no address`)

test('addresses have one canonical spelling', () => {
  const cases: [string, string][] = [
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['10.96.0.1', '10.96.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['FD00:0:0:0::0001', 'fd00::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['0:0:1::', '0:0:1::'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['::ffff:102:304', '::ffff:1.2.3.4'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
  ]
  for (const [text, canonical] of cases) assert.equal(canonicalIP(text), canonical, text)
})

test('what is no address is refused', () => {
  const cases = [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.-4',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1%eth0',
    '::1.2.3',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::01.2.3.4',
    '[::1]',
  ]
  for (const text of cases) assert.equal(parseIP(text), undefined, text)
})

test('the legacy reader takes leading zeros as decimal', () => {
  assert.deepEqual(parseLegacyIP('010.002.003.004'), address('10.2.3.4'))
  assert.deepEqual(parseLegacyIP('::ffff:01.2.3.4'), address('::ffff:1.2.3.4'))
  assert.equal(parseLegacyIP('0010.2.3.4'), undefined)
})

test('bytes and back', () => {
  assert.deepEqual([...addressBytes(address('10.0.1.255'))], [10, 0, 1, 255])
  assert.equal(addressBytes(address('::1')).length, 16)
  for (const text of ['10.0.1.255', 'fe80::1:2']) {
    assert.deepEqual(addressFromBytes(addressBytes(address(text))), address(text))
  }
  assert.equal(addressFromBytes(new Uint8Array(5)), undefined)
})

test('counting on from an address stays inside its family', () => {
  const cases: [string, number, string | undefined][] = [
    ['10.0.0.255', 1, '10.0.1.0'],
    ['10.0.0.0', -1, '9.255.255.255'],
    ['255.255.255.255', 1, undefined],
    ['0.0.0.0', -1, undefined],
    ['fd00::ffff', 1, 'fd00::1:0'],
  ]
  for (const [text, offset, expected] of cases) {
    const moved = offsetIP(address(text), offset)
    assert.equal(moved && formatIP(moved), expected, `${text} ${offset}`)
  }
})

test('addresses sort by family and number', () => {
  const sorted = ['::1', '10.0.0.10', '10.0.0.9', 'fd00::', '9.0.0.1'].map(address).sort(compareIP).map(formatIP)
  assert.deepEqual(sorted, ['9.0.0.1', '10.0.0.9', '10.0.0.10', '::1', 'fd00::'])
})

test('special uses are known', () => {
  const cases: [string, ReturnType<typeof specialUse>][] = [
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['127.9.9.9', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['fec0::1', undefined],
    ['224.0.0.251', 'link-local multicast'],
    ['ff02::1', 'link-local multicast'],
    ['239.1.1.1', 'multicast'],
    ['ff05::2', 'multicast'],
    ['10.0.0.1', undefined],
    ['2001:db8::1', undefined],
  ]
  for (const [text, use] of cases) assert.equal(specialUse(address(text)), use, text)
  assert.equal(formatIP(unmapped(address('::ffff:1.2.3.4'))), '1.2.3.4')
})
