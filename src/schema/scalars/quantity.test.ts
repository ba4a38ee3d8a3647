import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, seededRandom } from '../../base/random.ts'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  intValue,
  milliValue,
  parseQuantity,
  quantity,
  quantityProblem,
  subtractQuantities,
} from './quantity.ts'

test('a quantity has one canonical form', async t => {
  const cases: [text: string, canonical: string][] = [
    ['0', '0'],
    ['-0', '0'],
    ['0Gi', '0'],
    ['0.0001n', '1n'],
    ['-0.0001n', '-1n'],
    ['0.1', '100m'],
    ['.5', '500m'],
    ['1.5', '1500m'],
    ['5.', '5.'],
    ['1000', '1k'],
    ['1500', '1500'],
    ['100m', '100m'],
    ['1000m', '1'],
    ['1000000', '1M'],
    ['1M', '1M'],
    ['1500M', '1500M'],
    ['0.5M', '500k'],
    ['1E', '1E'],
    ['1000E', '1000E'],
    ['1024Mi', '1Gi'],
    ['1Gi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['1536Mi', '1536Mi'],
    ['8Gi', '8Gi'],
    ['0.5Ki', '512'],
    ['0.1Ki', '102400m'],
    ['100Ei', '9223372036854775807'],
    ['1e3', '1e3'],
    ['1000e0', '1e3'],
    ['1000e3', '1e6'],
    ['1E3', '1E3'],
    ['1e-3', '1e-3'],
    ['12e6', '12e6'],
    ['100e1', '1e3'],
    ['1e1', '10'],
    ['+5', '+5'],
    ['-5', '-5'],
    ['-1.5Gi', '-1536Mi'],
    ['1.001', '1.001'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
  ]
  for (const [text, canonical] of cases) await t.test(text, () => assert.equal(canonicalQuantity(text), canonical))
})

test('what is no quantity is refused in the words of upstream', async t => {
  const format = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  const suffix = "unable to parse quantity's suffix"
  const cases: [text: string, problem: string | undefined][] = [
    ['', format],
    ['1.1.M', format],
    ['1+1.0M', format],
    ['0.1mi', suffix],
    ['0.1am', format],
    ['aoeu', format],
    ['.5i', suffix],
    ['1i', suffix],
    ['-3.01e-', suffix],
    [' 1', format],
    ['1 ', format],
    ['1Kib', format],
    ['1e99999', suffix],
    ['9'.repeat(300), format],
    ['1', undefined],
  ]
  for (const [text, problem] of cases)
    await t.test(JSON.stringify(text.slice(0, 20)), () => assert.equal(quantityProblem(text), problem))
})

test('JSON numbers are quantities', () => {
  if (quantity.form !== 'scalar') throw new TypeError('not a scalar')
  const { parse } = quantity.scalar
  assert.deepEqual(parse(1), { value: '1' })
  assert.deepEqual(parse(0.25), { value: '250m' })
  assert.deepEqual(parse(' 1Gi '), { value: '1Gi' })
  assert.ok('error' in parse(true))
  assert.equal(quantity.scalar.equal?.('1', '1000m'), true)
})

test('values are rounded up, away from zero', async t => {
  const cases: [text: string, milli: number, whole: number][] = [
    ['100m', 100, 1],
    ['1', 1000, 1],
    ['1.0001', 1001, 2],
    ['-1.0001', -1001, -2],
    ['128Mi', 134217728000, 134217728],
    ['1n', 1, 1],
    ['2k', 2_000_000, 2000],
    ['0', 0, 0],
  ]
  for (const [text, milli, whole] of cases) {
    await t.test(text, () => assert.deepEqual([milliValue(text), intValue(text)], [milli, whole]))
  }
})

test('sums are exact and printed the way the first is, unless it is zero', async t => {
  const cases: [a: string, b: string, sum: string, difference: string][] = [
    ['100m', '900m', '1', '-800m'],
    ['1Gi', '1', '1073741825', '1073741823'],
    ['1Gi', '1Gi', '2Gi', '0'],
    ['0', '1Gi', '1Gi', '-1Gi'],
    ['0.1', '0.2', '300m', '-100m'],
    ['1e3', '1', '1001', '999'],
  ]
  for (const [a, b, sum, difference] of cases) {
    await t.test(`${a} and ${b}`, () =>
      assert.deepEqual([addQuantities(a, b), subtractQuantities(a, b)], [sum, difference]),
    )
  }
})

test('quantities are ordered by amount', () => {
  const texts = ['-1Gi', '-1', '0', '1n', '999m', '1', '1001m', '1k', '1Ki', '1M', '1e9', '1Gi', '2e18', '2Ei']
  const shuffledTexts = [...texts].reverse()
  assert.deepEqual(shuffledTexts.sort(compareQuantities), texts)
  assert.equal(compareQuantities('1', '1000m'), 0)
})

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
test(`the canonical form means the same and is its own canonical form (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  const suffixes = ['', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E-2', 'e7']
  for (let round = 0; round < 2000; round++) {
    const whole = integerBelow(random, 10 ** integerBelow(random, 7))
    const fraction = random() < 0.5 ? '' : `.${integerBelow(random, 1000)}`
    const text = `${random() < 0.2 ? '-' : ''}${whole}${fraction}${suffixes[integerBelow(random, suffixes.length)]}`
    const canonical = canonicalQuantity(text)
    assert.equal(compareQuantities(text, canonical), 0, text)
    assert.equal(canonicalQuantity(canonical), canonical, text)
    assert.equal(compareQuantities(formatQuantity(parseQuantity(text)), text), 0, text)
  }
})
