import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DecodeError } from './decodeError.ts'
import { parseJson, textOf } from './parse.ts'
import { formatYaml, parseYaml } from './yaml.ts'

test('malformed JSON is refused in the words of Go', async t => {
  const cases: [text: string, message: string][] = [
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a":1', 'unexpected end of JSON input'],
    ['{"a":"', 'unexpected end of JSON input'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['tru', 'unexpected end of JSON input'],
    ['nuLl', "invalid character 'L' in literal null (expecting 'l')"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['-', 'unexpected end of JSON input'],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['01', "invalid character '1' after top-level value"],
  ]
  for (const [text, message] of cases) {
    await t.test(JSON.stringify(text), () => assert.throws(() => parseJson(text), new DecodeError('', message)))
  }
})

test('nesting is bounded', async t => {
  for (const text of ['['.repeat(100_000), '{"a":'.repeat(100_000), `${'['.repeat(1001)}${']'.repeat(1001)}`]) {
    await t.test(text.slice(0, 9), () =>
      assert.throws(() => parseJson(text), new DecodeError('', `invalid character '${text[0]}' exceeded max depth`)),
    )
  }
  assert.deepEqual(parseJson(`{"a":"${'['.repeat(5000)}"}`), { a: '['.repeat(5000) })
})

test('bytes that are no UTF-8 become replacement characters', () => {
  assert.equal(textOf(Uint8Array.of(34, 0xff, 34)), '"\ufffd"')
})

test('YAML is read as Kubernetes reads it', async t => {
  const cases: [text: string, documents: unknown[]][] = [
    ['a: yes\nb: off\nc: "yes"', [{ a: true, b: false, c: 'yes' }]],
    ['mode: 0644\nhex: 0x10\nexp: 1e3', [{ mode: 420, hex: 16, exp: 1000 }]],
    [
      'at: 2026-01-01\nwhen: 2026-01-01T00:00:00Z\nport: 22:22',
      [{ at: '2026-01-01', when: '2026-01-01T00:00:00Z', port: '22:22' }],
    ],
    ['---\na: 1\n---\n# nothing\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['a: &x {p: 1}\nb:\n  <<: *x\n  m: 2', [{ a: { p: 1 }, b: { p: 1, m: 2 } }]],
    ['{"a": [1, null]}', [{ a: [1, null] }]],
    ['8080: x', [{ 8080: 'x' }]],
    ['', []],
  ]
  for (const [text, documents] of cases)
    await t.test(JSON.stringify(text), () => assert.deepEqual(parseYaml(text), documents))
})

test('keys that stand twice in YAML are told, and the last one counts', () => {
  const told: string[] = []
  assert.deepEqual(
    parseYaml('a: 1\nb:\n  c: 1\n  c: 2\na: 3', sentence => told.push(sentence)),
    [{ a: 3, b: { c: 2 } }],
  )
  assert.deepEqual(told, [
    'yaml: unmarshal errors:\n  line 5: key "a" already set in map\n  line 4: key "c" already set in map',
  ])
})

test('malformed YAML is refused with its line', async t => {
  const cases: [text: string, message: RegExp][] = [
    ['a: 1\nb: [1', /^yaml: line \d+: /],
    [`${'['.repeat(100_000)}`, /exceeded max depth$|^yaml: /],
    [
      'a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]',
      /^yaml: Excessive alias count/,
    ],
  ]
  for (const [text, message] of cases) {
    await t.test(JSON.stringify(text.slice(0, 20)), () =>
      assert.throws(() => parseYaml(text), { name: 'DecodeError', message }),
    )
  }
})

test('YAML is printed with sorted keys and quotes what would read as something else', () => {
  assert.equal(
    formatYaml({ b: 'yes', a: [{ y: '0644', x: 1 }], c: 'plain', d: '1' }),
    'a:\n- x: 1\n  "y": "0644"\nb: "yes"\nc: plain\nd: "1"\n',
  )
})

test('what is wrong with YAML that people write is told in the words of Go', async t => {
  const cases: readonly [text: string, message: string][] = [
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['a:\n\tb: c', 'yaml: line 2: found character that cannot start any token'],
    ['a:\n  b: c\n d: {}', 'yaml: line 2: did not find expected key'],
    ['a: [', 'yaml: line 1: did not find expected node content'],
    ['a: "', 'yaml: found unexpected end of stream'],
    ['*a', "yaml: unknown anchor 'a' referenced"],
  ]
  for (const [text, message] of cases)
    await t.test(JSON.stringify(text), () => assert.throws(() => parseYaml(text), new DecodeError('', message)))
})
