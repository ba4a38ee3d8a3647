import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import {
  fieldSelectorMatches,
  fieldSelectorToString,
  type LabelSelector,
  labelSelectorMatches,
  labelSelectorRules,
  parseFieldSelector,
  parseLabelSelector,
  selectorMatches,
  selectorToString,
} from './selectors.ts'
import { StatusError } from './statusError.ts'

const refusal = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof StatusError)
    assert.equal(error.code, 400)
    return error.message
  }
  return 'accepted'
}

test('a label selector is read as upstream reads it', () => {
  const cases: [text: string, printed: string][] = [
    ['', ''],
    ['a=b', 'a=b'],
    ['a == b', 'a==b'],
    ['a!=b,c', 'a!=b,c'],
    ['!x , y', '!x,y'],
    ['z in (b, a),y notin (c)', 'y notin (c),z in (a,b)'],
    ['x in (a,,b)', 'x in (,a,b)'],
    ['x in ()', 'x in ()'],
    ['x in (,)', 'x in ()'],
    ['x=', 'x='],
    ['x=,y=1', 'x=,y=1'],
    ['in in (in,notin)', 'in in (in,notin)'],
    ['n>5,m<07', 'm<07,n>5'],
    ['example.com/name=v', 'example.com/name=v'],
    ['a=b,', "found '', expected: identifier after ','"],
  ]
  for (const [text, printed] of cases) {
    const result = refusal(() => parseLabelSelector(text))
    assert.equal(result === 'accepted' ? selectorToString(parseLabelSelector(text)) : result, printed, text)
  }
})

test('a label selector that makes no sense is refused in upstream words', () => {
  const cases: [text: string, message: string][] = [
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['!=a', "found '!=', expected: !, identifier, or 'end of string'"],
    [
      'n>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ]
  for (const [text, message] of cases)
    assert.equal(
      refusal(() => parseLabelSelector(text)),
      message,
      text,
    )
})

test('requirements hold or not as upstream says', () => {
  const labels = { app: 'web', n: '10', empty: '' }
  const cases: [text: string, holds: boolean][] = [
    ['app=web', true],
    ['app=db', false],
    ['app in (web,db)', true],
    ['app notin (web)', false],
    ['other notin (web)', true],
    ['other!=web', true],
    ['other=web', false],
    ['other', false],
    ['!other', true],
    ['!app', false],
    ['empty', true],
    ['empty=', true],
    ['n>9', true],
    ['n>10', false],
    ['n<11', true],
    ['app>1', false],
    ['toString', false],
  ]
  for (const [text, holds] of cases) assert.equal(selectorMatches(parseLabelSelector(text), labels), holds, text)
})

test('a LabelSelector selects everything when empty and nothing when absent', () => {
  const cases: [selector: LabelSelector | undefined, holds: boolean][] = [
    [undefined, false],
    [{}, true],
    [{ matchLabels: { a: '1' } }, true],
    [{ matchLabels: { a: '1', b: '2' } }, false],
    [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['1', '2'] }] }, true],
    [{ matchExpressions: [{ key: 'b', operator: 'DoesNotExist' }] }, true],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, false],
    [{ matchExpressions: [{ key: 'a', operator: 'Like', values: ['1'] }] }, false],
  ]
  for (const [selector, holds] of cases)
    assert.equal(labelSelectorMatches(selector, { a: '1' }), holds, JSON.stringify(selector))
})

test('a LabelSelector that makes no sense is told with its paths', () => {
  const selector: LabelSelector = {
    matchLabels: { ok: 'not ok' },
    matchExpressions: [
      { key: 'a', operator: 'In' },
      { key: 'a', operator: 'Exists', values: ['x'] },
      { key: 'a', operator: 'Like' },
    ],
  }
  assert.deepEqual(
    labelSelectorRules(selector, at('spec', 'selector')).map(error => `${error.field} ${error.type}`),
    [
      'spec.selector.matchLabels FieldValueInvalid',
      'spec.selector.matchExpressions[0].values FieldValueRequired',
      'spec.selector.matchExpressions[1].values FieldValueForbidden',
      'spec.selector.matchExpressions[2].operator FieldValueInvalid',
    ],
  )
  assert.match(
    describeError(labelSelectorRules(selector, at('spec', 'selector'))[3]!),
    /: "Like": not a valid selector operator$/,
  )
})

test('a field selector is read, printed and compared', () => {
  const cases: [text: string, printed: string][] = [
    ['', ''],
    ['metadata.name=a', 'metadata.name=a'],
    ['b==2,a!=1', 'a!=1,b=2'],
    ['a=x\\,y\\=z', 'a=x\\,y\\=z'],
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
  ]
  for (const [text, printed] of cases) {
    const result = refusal(() => parseFieldSelector(text))
    assert.equal(result === 'accepted' ? fieldSelectorToString(parseFieldSelector(text)) : result, printed, text)
  }
  const read = (field: string) => ({ 'spec.nodeName': 'n1' })[field] ?? ''
  assert.equal(fieldSelectorMatches(parseFieldSelector('spec.nodeName=n1,status.phase!=Failed'), read), true)
  assert.equal(fieldSelectorMatches(parseFieldSelector('spec.nodeName!=n1'), read), false)
})
