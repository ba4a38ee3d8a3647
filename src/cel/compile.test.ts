import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, createEnvironment, dyn, formatType, int, list, map, string } from './index.ts'

const env = createEnvironment({ variables: { x: int, name: string, list: list(int), map: map(string, dyn), any: dyn } })

const starts =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"

const refused: readonly (readonly [text: string, message: string])[] = [
  ['y > 1', "ERROR: <input>:1:1: undeclared reference to 'y' (in container '')\n | y > 1\n | ^"],
  ['1 + y', "ERROR: <input>:1:5: undeclared reference to 'y' (in container '')\n | 1 + y\n | ....^"],
  [
    'x + name',
    "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | x + name\n | ..^",
  ],
  [
    'name.contains(1)',
    "ERROR: <input>:1:14: found no matching overload for 'contains' applied to 'string.(int)'\n | name.contains(1)\n | .............^",
  ],
  ['x.field', "ERROR: <input>:1:2: type 'int' does not support field selection\n | x.field\n | .^"],
  ['x && true', "ERROR: <input>:1:1: expected type 'bool' but found 'int'\n | x && true\n | ^"],
  ["[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^"],
  [
    'x.all(i, i > 0)',
    "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | x.all(i, i > 0)\n | ^",
  ],
  ['has(x)', 'ERROR: <input>:1:5: invalid argument to has() macro\n | has(x)\n | ....^'],
  ['list.all(1, true)', 'ERROR: <input>:1:10: argument must be a simple name\n | list.all(1, true)\n | .........^'],
  ["duration('abc')", "ERROR: <input>:1:10: invalid duration argument\n | duration('abc')\n | .........^"],
  ['1 +', `ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting ${starts}\n | 1 +\n | ...^`],
  ['x name', "ERROR: <input>:1:3: Syntax error: extraneous input 'name' expecting <EOF>\n | x name\n | ..^"],
  ['namespace', 'ERROR: <input>:1:1: reserved identifier: namespace\n | namespace\n | ^'],
  ['9223372036854775808', 'ERROR: <input>:1:1: invalid int literal\n | 9223372036854775808\n | ^'],
  [
    "x ==\n'é'",
    "ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'\n | x ==\n | ..^",
  ],
  [
    'x.y.z() && q',
    "ERROR: <input>:1:2: type 'int' does not support field selection\n | x.y.z() && q\n | .^\nERROR: <input>:1:6: undeclared reference to 'z' (in container '')\n | x.y.z() && q\n | .....^\nERROR: <input>:1:12: undeclared reference to 'q' (in container '')\n | x.y.z() && q\n | ...........^",
  ],
]

for (const [text, message] of refused)
  test(`${JSON.stringify(text)} is refused with its place`, () => {
    const compiled = compile(text, env)
    assert.equal('errors' in compiled ? compiled.message : undefined, message)
  })

const types: readonly (readonly [text: string, type: string])[] = [
  ['1 + 2', 'int'],
  ['list.map(i, string(i))', 'list(string)'],
  ['list.transformMap(i, v, v * 2)', 'map(int, int)'],
  ['map.key', 'dyn'],
  ['any + 1', 'int'],
  ['{}', 'map(dyn, dyn)'],
  ['[].map(i, i)', 'list(dyn)'],
  ['map.?key', 'optional_type(dyn)'],
  ['list[?0].orValue(1)', 'int'],
  ["optional.of('a').optMap(v, v.size())", 'optional_type(int)'],
  ['type(x)', 'type(int)'],
  ["cidr('10.0.0.0/8').ip()", 'net.IP'],
  ["timestamp('2023-01-01T00:00:00Z') - duration('1h')", 'timestamp'],
  ['true ? null : any', 'dyn'],
]

for (const [text, type] of types)
  test(`${text} is of type ${type}`, () => {
    const compiled = compile(text, env)
    assert.equal('errors' in compiled ? compiled.message : formatType(compiled.type), type)
  })

test('an expression that nests without end is refused, not followed', () => {
  const compiled = compile('('.repeat(5000), env)
  assert.match('errors' in compiled ? compiled.message : '', /expression recursion limit exceeded: 250/)
})

test('an expression of more than 100,000 characters is refused', () => {
  const compiled = compile(`'${'a'.repeat(100_000)}'`, env)
  assert.match(
    'errors' in compiled ? compiled.message : '',
    /expression code point size exceeds limit: size: 100002, limit 100000/,
  )
})
