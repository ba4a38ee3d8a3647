import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cidrSize,
  compareCIDR,
  containsCIDR,
  containsIP,
  formatCIDR,
  indexOfIP,
  lastIP,
  nthIP,
  nthSubnet,
  overlaps,
  parseCIDR,
  parseLegacyCIDR,
} from './cidr.ts'
import { formatIP, parseIP } from './ip.ts'

const cidr = (text: string) => parseCIDR(text) ?? assert.fail(`${text} is no range`)
const address = (text: string) => parseIP(text) ?? assert.fail(`${text} is no address`)

test('ranges are read with their host bits and printed without', () => {
  const cases: [string, string, string][] = [
    ['10.96.0.0/12', '10.96.0.0/12', '10.111.255.255'],
    ['10.99.3.7/12', '10.96.0.0/12', '10.111.255.255'],
    ['0.0.0.0/0', '0.0.0.0/0', '255.255.255.255'],
    ['1.2.3.4/32', '1.2.3.4/32', '1.2.3.4'],
    ['FD00::1/108', 'fd00::/108', 'fd00::f:ffff'],
    ['::/0', '::/0', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ]
  for (const [text, canonical, last] of cases) {
    assert.deepEqual([formatCIDR(cidr(text)), formatIP(lastIP(cidr(text)))], [canonical, last], text)
  }
  assert.equal(formatIP(cidr('10.99.3.7/12').address), '10.99.3.7')
  assert.deepEqual(parseLegacyCIDR('010.0.0.0/8'), cidr('10.0.0.0/8'))
})

test('what is no range is refused', () => {
  for (const text of [
    '',
    '/',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '::/129',
    'a/8',
    '1.2.3.4/8/8',
    '010.0.0.0/8',
  ]) {
    assert.equal(parseCIDR(text), undefined, text)
  }
})

test('addresses are counted from either end', () => {
  const range = cidr('10.96.0.0/24')
  assert.equal(cidrSize(range), 256n)
  const cases: [number, string | undefined][] = [
    [0, '10.96.0.0'],
    [10, '10.96.0.10'],
    [255, '10.96.0.255'],
    [256, undefined],
    [-1, '10.96.0.255'],
    [-256, '10.96.0.0'],
    [-257, undefined],
  ]
  for (const [index, expected] of cases) {
    const found = nthIP(range, index)
    assert.equal(found && formatIP(found), expected, `${index}`)
  }
  assert.equal(indexOfIP(range, address('10.96.0.10')), 10n)
  assert.equal(indexOfIP(range, address('10.97.0.10')), undefined)
})

test('containing and overlapping', () => {
  assert.equal(containsIP(cidr('10.0.0.0/8'), address('10.255.0.1')), true)
  assert.equal(containsIP(cidr('10.0.0.0/8'), address('11.0.0.1')), false)
  assert.equal(containsIP(cidr('0.0.0.0/0'), address('::1')), false)
  const cases: [string, string, boolean, boolean][] = [
    ['10.0.0.0/8', '10.1.0.0/16', true, true],
    ['10.1.0.0/16', '10.0.0.0/8', false, true],
    ['10.0.0.0/16', '10.1.0.0/16', false, false],
    ['10.0.0.0/8', 'fd00::/8', false, false],
    ['::/0', 'fd00::/8', true, true],
  ]
  for (const [a, b, contains, overlap] of cases) {
    assert.deepEqual([containsCIDR(cidr(a), cidr(b)), overlaps(cidr(a), cidr(b))], [contains, overlap], `${a} ${b}`)
  }
})

test('a range is cut into equal parts', () => {
  const cases: [string, number, number, string | undefined][] = [
    ['10.244.0.0/16', 24, 0, '10.244.0.0/24'],
    ['10.244.0.0/16', 24, 255, '10.244.255.0/24'],
    ['10.244.0.0/16', 24, 256, undefined],
    ['10.244.0.0/16', 8, 0, undefined],
    ['fd00::/48', 64, 3, 'fd00:0:0:3::/64'],
  ]
  for (const [text, prefix, index, expected] of cases) {
    const part = nthSubnet(cidr(text), prefix, index)
    assert.equal(part && formatCIDR(part), expected, `${text} ${prefix} ${index}`)
  }
})

test('ranges sort by address, wider first', () => {
  const sorted = ['10.1.0.0/16', '10.0.0.0/16', '10.0.0.0/8'].map(cidr).sort(compareCIDR).map(formatCIDR)
  assert.deepEqual(sorted, ['10.0.0.0/8', '10.0.0.0/16', '10.1.0.0/16'])
})
