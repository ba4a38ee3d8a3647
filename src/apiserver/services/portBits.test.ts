import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../base/random.ts'
import { portBits } from './portBits.ts'

const range = { from: 30000, to: 32767 }

test('taken ports are one number, as upstream has it: the first port is its lowest bit', () => {
  const cases: [ports: number[], bytes: number[]][] = [
    [[], []],
    [[30000], [1]],
    [[30007], [128]],
    [[30008], [1, 0]],
    [
      [30000, 30001, 30017],
      [2, 0, 3],
    ],
    [[32767], [128, ...Array<number>(345).fill(0)]],
  ]
  for (const [ports, bytes] of cases) {
    const bits = portBits(range)
    for (const port of ports) assert.ok(bits.take(port))
    assert.deepEqual([...bits.bytes()], bytes, String(ports))
    assert.deepEqual(portBits(range, Uint8Array.from(bytes)).taken(), ports)
    assert.deepEqual(portBits(range, Uint8Array.from([0, 0, ...bytes])).taken(), ports, 'leading zeros say nothing')
  }
})

test('a port is taken once, and not when it is none', () => {
  const bits = portBits(range)
  const answers = [30000, 30000, 29999, 32768].map(port => bits.take(port))
  assert.deepEqual([answers, bits.used], [[true, false, false, false], 1])
  bits.free(30000)
  bits.free(29999)
  assert.deepEqual([bits.has(30000), bits.used, bits.take(30000)], [false, 0, true])
})

test('those who ask for any are given the first ones last', () => {
  const random = seededRandom(1)
  const small = portBits({ from: 30000, to: 30099 })
  const given = Array.from({ length: 101 }, () => small.next(random))
  assert.equal(new Set(given).size, 101)
  assert.ok(given.slice(0, 84).every(port => port !== undefined && port >= 30016))
  assert.ok(given.slice(84, 100).every(port => port !== undefined && port < 30016))
  assert.equal(given[100], undefined)
  const tiny = portBits({ from: 30000, to: 30000 })
  assert.deepEqual([tiny.next(random), tiny.next(random)], [30000, undefined])
})
