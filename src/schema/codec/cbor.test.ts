import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../base/random.ts'
import { readCbor, writeCbor } from './cbor.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(' ', ''))

/** Bytes and what they say; the first form is also how it is written, where marked. */
const read: readonly [bytes: string, value: unknown][] = [
  ['d9d9f7 a0', {}],
  ['00', 0],
  ['1864', 100],
  ['1b 001f ffff ffff ffff', Number.MAX_SAFE_INTEGER],
  ['20', -1],
  ['39 03e7', -1000],
  ['f9 3c00', 1],
  ['f9 0001', 2 ** -24],
  ['fa 47c35000', 100000],
  ['fb 3ff199999999999a', 1.1],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['43 616263', 'abc'],
  ['63 616263', 'abc'],
  ['5f 42 6162 41 63 ff', 'abc'],
  ['d6 43 010203', 'AQID'],
  ['d5 41 ff', '_w'],
  ['d7 42 abcd', 'ABCD'],
  ['c0 54 323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'],
  ['c1 1a 514b67b0', '2013-03-21T20:04:00Z'],
  ['83 01 82 02 03 80', [1, [2, 3], []]],
  ['9f 01 9f ff ff', [1, []]],
  ['a2 41 61 01 61 62 81 f6', { a: 1, b: [null] }],
  ['bf 41 61 bf ff ff', { a: {} }],
]
for (const [bytes, value] of read)
  test(`${bytes} is ${JSON.stringify(value)}`, () => assert.deepEqual(readCbor(hex(bytes)), value))

const written: readonly [value: unknown, bytes: string][] = [
  [{ kind: 'Pod', n: -500 }, 'd9d9f7 a2 41 6e 39 01f3 44 6b696e64 43 506f64'],
  [[1.5, 1.1, null, true], 'd9d9f7 84 f9 3e00 fb 3ff199999999999a f6 f5'],
  [{ gone: undefined, text: 'ü' }, 'd9d9f7 a1 44 74657874 42 c3bc'],
]
for (const [value, bytes] of written)
  test(`${JSON.stringify(value)} is written as upstream writes it`, () =>
    assert.equal(writeCbor(value).toHex(), bytes.replaceAll(' ', '')))

const refused: readonly [what: string, bytes: string, why: RegExp][] = [
  ['nothing', '', /unexpected EOF/],
  ['half a text', '45 6162', /unexpected EOF/],
  ['a list that promises more than there is', '9b 0000 00ff ffff ffff', /unexpected EOF/],
  ['a map that promises more than there is', 'bb 0000 00ff ffff ffff', /unexpected EOF/],
  ['more than one item', '00 00', /1 bytes of extraneous data/],
  ['a key that stands twice', 'a2 41 61 01 41 61 02', /duplicate map key "a"/],
  ['a key that is a number', 'a1 01 01', /no string/],
  ['a number beyond 64 bits', '1b ffff ffff ffff ffff', /overflows/],
  ['a big number', 'c2 41 01', /big numbers/],
  ['a number that is none', 'f9 7e00', /NaN/],
  ['infinity', 'f9 7c00', /infinity/],
  ['undefined', 'f7', /simple value 23/],
  ['text that is no UTF-8', '61 ff', /invalid UTF-8/],
  ['a break where none belongs', '81 ff', /"break"/],
  ['a reserved length', '1c', /additional information 28/],
  ['nesting without end', '81'.repeat(100_000), /max nested level/],
  ['tags without end', 'd8 64'.repeat(100_000), /max nested level/],
]
for (const [what, bytes, why] of refused)
  test(`${what} is refused`, () => assert.throws(() => readCbor(hex(bytes)), why))

test('what is written is read again', () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  const random = seededRandom(seed)
  const any = (depth: number): unknown => {
    const kind = Math.floor(random() * (depth > 0 ? 7 : 5))
    if (kind === 0) return null
    if (kind === 1) return random() < 0.5
    if (kind === 2) return Math.floor((random() - 0.5) * 2 ** Math.floor(random() * 53))
    if (kind === 3) return (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20)
    if (kind === 4)
      return String.fromCodePoint(...Array.from({ length: random() * 40 }, () => Math.floor(32 + random() * 0xd000)))
    const children = Array.from({ length: random() * 6 }, () => any(depth - 1))
    return kind === 5 ? children : Object.fromEntries(children.map((child, index) => [`k${index}`, child]))
  }
  for (let round = 0; round < 500; round++) {
    const value = any(5)
    assert.deepEqual(readCbor(writeCbor(value)), value, `SEED=${seed} repeats this`)
  }
})
