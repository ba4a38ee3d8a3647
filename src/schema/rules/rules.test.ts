import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fields, int32, list, map, object, one, oneOf, string, strings } from '../fields.ts'
import type { Type } from '../types.ts'
import { atLeast, atMost, between, each, immutable, matches, max, maxBytes, min, nonEmpty } from './bounds.ts'
import {
  describeError,
  duplicate,
  forbidden,
  internal,
  invalid,
  notFound,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from './errors.ts'
import * as names from './names.ts'
import { at } from './path.ts'
import { checkRules } from './walk.ts'

test('paths print as upstream prints them', () => {
  assert.equal(
    at('spec', 'containers').index(0).child('ports').index(1).child('name').toString(),
    'spec.containers[0].ports[1].name',
  )
  assert.equal(at('metadata').child('labels').key('a/b').toString(), 'metadata.labels[a/b]')
  assert.equal(at().toString(), '')
  assert.equal(at().child('a').toString(), 'a')
  assert.equal(at().key('k').child('a').toString(), '[k].a')
})

test('errors read as upstream words them', async t => {
  const path = at('spec', 'x')
  const cases = [
    [required(path), 'spec.x: Required value'],
    [required(path, 'why'), 'spec.x: Required value: why'],
    [invalid(path, -1, 'too small'), 'spec.x: Invalid value: -1: too small'],
    [invalid(path, undefined, 'gone'), 'spec.x: Invalid value: null: gone'],
    [invalid(path, { a: 1 }, 'no'), 'spec.x: Invalid value: {"a":1}: no'],
    [notSupported(path, 'c', ['b', 'a']), 'spec.x: Unsupported value: "c": supported values: "a", "b"'],
    [duplicate(path, 'a'), 'spec.x: Duplicate value: "a"'],
    [notFound(path, 'a'), 'spec.x: Not found: "a"'],
    [forbidden(path, 'may not'), 'spec.x: Forbidden: may not'],
    [tooLong(path, 9), 'spec.x: Too long: may not be more than 9 bytes'],
    [tooMany(path, 3, 2), 'spec.x: Too many: 3: must have at most 2 items'],
    [typeInvalid(path, 1, 'no text'), 'spec.x: Invalid value: 1: no text'],
    [internal(path, 'broken'), 'spec.x: Internal error: broken'],
  ] as const
  for (const [error, text] of cases) await t.test(text, () => assert.equal(describeError(error), text))
})

test('names are checked in the words of upstream', async t => {
  const label =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
  const subdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
  const name =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
  const long = 'a'.repeat(64)
  const cases: [check: (value: never) => readonly string[], value: unknown, wrong: string[]][] = [
    [names.dnsLabel, 'a-1', []],
    [names.dnsLabel, 'A', [label]],
    [names.dnsLabel, '-a', [label]],
    [names.dnsLabel, '', [label]],
    [names.dnsLabel, 'a\n', [label]],
    [names.dnsLabel, 'a.b', ['must not contain dots']],
    [names.dnsLabel, long, ['must be no more than 63 characters']],
    [names.asPrefix(names.dnsLabel), 'a-b-', []],
    [names.dnsSubdomain, 'a.b-c.1', []],
    [names.dnsSubdomain, 'a..b', [subdomain]],
    [names.dnsSubdomain, 'a.-b', [subdomain]],
    [names.dns1035Label, 'a1', []],
    [
      names.dns1035Label,
      '1a',
      [
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
    [names.wildcardSubdomain, '*.example.com', []],
    [names.qualifiedName, 'a_B.c', []],
    [names.qualifiedName, 'example.com/a', []],
    [names.qualifiedName, '', ['name part must be non-empty', `name part ${name}`]],
    [names.qualifiedName, '/a', ['prefix part must be non-empty']],
    [names.qualifiedName, 'A/a', [`prefix part ${subdomain}`]],
    [
      names.qualifiedName,
      'a/b/c',
      [`a valid label key ${name} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`],
    ],
    [names.qualifiedName, long, ['name part must be no more than 63 bytes']],
    [names.labelValue, '', []],
    [
      names.labelValue,
      'a b',
      [
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      ],
    ],
    [names.labelValue, long, ['must be no more than 63 bytes']],
    [names.pathSegment, '..', ["may not be '..'"]],
    [names.pathSegment, 'a/%', ["may not contain '/'", "may not contain '%'"]],
    [names.portNumber, 0, ['must be between 1 and 65535, inclusive']],
    [names.portNumber, 65535, []],
    [names.portName, 'http', []],
    [
      names.portName,
      '-8--0',
      [
        'must contain at least one letter (a-z)',
        'must not contain consecutive hyphens',
        'must not begin or end with a hyphen',
      ],
    ],
    [names.portName, 'a'.repeat(16), ['must be no more than 15 characters']],
    [names.envVarName, 'A-b.c d', []],
    [
      names.envVarName,
      'a=b',
      ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
    ],
    [names.strictEnvVarName, '..a', ["must not start with '..'"]],
    [names.cIdentifier, '_a1', []],
    [names.configMapKey, 'a.b', []],
    [names.configMapKey, '..', ["must not be '..'"]],
    [names.httpHeaderName, 'X-A', []],
    [names.ipAddress, '10.0.0.1', []],
    [names.ipAddress, '010.0.0.1', ['must not have leading 0s']],
    [names.ipAddress, 'FE80:0::1', ['must be in canonical form ("fe80::1")']],
    [names.ipAddress, 'x', ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    [names.legacyIPAddress, 'FE80:0::1', []],
    [
      names.percentText,
      '5',
      [
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ],
    ],
  ]
  for (const [check, value, wrong] of cases) {
    await t.test(`${check.name} ${JSON.stringify(value).slice(0, 30)}`, () =>
      assert.deepEqual(check(value as never), wrong),
    )
  }
})

test('the checks take time linear in the text', () => {
  const huge = `${'a-'.repeat(500_000)}!`
  for (const check of [names.dnsLabel, names.dnsSubdomain, names.qualifiedName, names.labelValue])
    assert.notDeepEqual(check(huge), [])
})

const port = fields({
  name: string(1, { rule: matches(names.portName) }),
  port: int32(2, { always: true, rule: between(1, 65535) }),
  protocol: oneOf(3, ['TCP', 'UDP'], { always: true }),
})
interface Port {
  name?: string
  port: number
  protocol: string
}
const Port: Type<Port> = object('Port', port, {
  rule: (value, path) => (value.name === 'bad' ? [forbidden(path, 'bad name')] : []),
})
interface Spec {
  replicas?: number
  ports?: Port[]
  byName?: Record<string, Port>
  keyed?: Port[]
  args?: string[]
  fixed?: string
}
const Spec: Type<Spec> = object(
  'Spec',
  fields({
    replicas: int32(1, { pointer: true, rule: [min(0), max(10)] }),
    ports: list(2, Port, { always: true, rule: atLeast(1) }),
    byName: map(3, Port),
    keyed: list(4, Port, { listType: 'map', listKeys: ['port'] }),
    args: strings(5, { rule: [atMost(2), each(nonEmpty), each(maxBytes(4))] }),
    fixed: string(6, { rule: immutable }),
  }),
)
const Outer: Type<{ spec: Spec }> = object('Outer', fields({ spec: one(1, Spec, { always: true, rule: nonEmpty }) }))
const good: Port = { port: 80, protocol: 'TCP' }

test('the walk reports every broken rule with its path', async t => {
  const cases: [name: string, spec: Spec, errors: string[]][] = [
    ['nothing wrong', { ports: [good], replicas: 0 }, []],
    [
      'bounds',
      { ports: [good], replicas: -1 },
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'bounds above',
      { ports: [good], replicas: 11 },
      ['spec.replicas: Invalid value: 11: must be less than or equal to 10'],
    ],
    ['an empty list', { ports: [] }, ['spec.ports: Required value']],
    ['an empty object', {}, ['spec: Required value']],
    [
      'inside lists and maps',
      {
        ports: [good, { port: 0, protocol: 'x', name: '8' }],
        byName: { 'a.b': { port: 1, protocol: '', name: 'bad' } },
      },
      [
        'spec.ports[1].name: Invalid value: "8": must contain at least one letter (a-z)',
        'spec.ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[1].protocol: Unsupported value: "x": supported values: "TCP", "UDP"',
        'spec.byName[a.b].protocol: Required value',
        'spec.byName[a.b]: Forbidden: bad name',
      ],
    ],
    [
      'elements of a list of texts',
      { ports: [good], args: ['', 'ääää', 'b'] },
      [
        'spec.args: Too many: 3: must have at most 2 items',
        'spec.args[0]: Required value',
        'spec.args[1]: Too long: may not be more than 4 bytes',
      ],
    ],
  ]
  for (const [name, spec, errors] of cases) {
    await t.test(name, () => assert.deepEqual(checkRules(Outer, { spec }).map(describeError), errors))
  }
})

test('an update is checked only where it changes something', async t => {
  const bad: Port = { port: 0, protocol: 'TCP' }
  const cases: [name: string, old: Spec, spec: Spec, errors: string[]][] = [
    ['an unchanged fault is kept', { ports: [bad] }, { ports: [{ ...bad }], replicas: 1 }, []],
    ['a changed neighbour does not matter', { ports: [bad, good] }, { ports: [bad, { ...good, port: 81 }] }, []],
    [
      'a fault that changes is refused',
      { ports: [bad] },
      { ports: [{ ...bad, port: -1 }] },
      ['spec.ports[0].port: Invalid value: -1: must be between 1 and 65535, inclusive'],
    ],
    [
      'keyed elements are compared by key',
      { ports: [good], keyed: [bad, good] },
      { ports: [good], keyed: [good, bad] },
      [],
    ],
    [
      'other elements by position',
      { ports: [bad, good] },
      { ports: [good, bad] },
      ['spec.ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive'],
    ],
    ['an immutable field may be set', { ports: [good] }, { ports: [good], fixed: 'a' }, []],
    [
      'but not changed',
      { ports: [good], fixed: 'a' },
      { ports: [good], fixed: 'b' },
      ['spec.fixed: Invalid value: "b": field is immutable'],
    ],
  ]
  for (const [name, old, spec, errors] of cases) {
    await t.test(name, () => assert.deepEqual(checkRules(Outer, { spec }, { spec: old }).map(describeError), errors))
  }
})
