import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stringList } from './stringList.ts'

const scalar = (stringList as Extract<typeof stringList, { form: 'scalar' }>).scalar

test('a list of strings is a message of its own on the wire', () => {
  const cases: [strings: string[], hex: string][] = [
    [[], ''],
    [['a', ''], '0a01610a00'],
    [['ä'], '0a02c3a4'],
  ]
  for (const [strings, hex] of cases) {
    const bytes = scalar.toWire?.(strings) as Uint8Array
    assert.equal(bytes.toHex(), hex)
    assert.deepEqual(scalar.fromWire?.(bytes), strings)
  }
  const long = ['x'.repeat(300)]
  assert.deepEqual(scalar.fromWire?.(scalar.toWire?.(long)), long)
})

test('what is no list of strings is refused', () => {
  assert.deepEqual(scalar.parse(['a', 1]), { error: 'expected array of strings, got number in it' })
  assert.deepEqual(scalar.parse('a'), { error: 'expected array, got string' })
  assert.throws(() => scalar.fromWire?.(Uint8Array.of(0x0a, 5, 0x61)), /middle of a string/)
  assert.throws(() => scalar.fromWire?.(Uint8Array.of(0x12, 0)), /only 10 is known/)
})
