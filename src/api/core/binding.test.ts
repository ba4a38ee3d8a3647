import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { describeError } from '../../schema/rules/errors.ts'
import { Binding, bindingRules } from './binding.ts'

const cases: [name: string, target: Record<string, unknown>, expected: string[]][] = [
  ['a node', { kind: 'Node', name: 'n1' }, []],
  ['a node, kind left out', { name: 'n1' }, []],
  ['nothing', {}, ['target.name: Required value']],
  ['a pod', { kind: 'Pod', name: 'p' }, ['target.kind: Unsupported value: "Pod": supported values: "<empty>", "Node"']],
]
for (const [name, target, expected] of cases)
  test(`a pod is bound to ${name}`, () => {
    const binding = fromJson(Binding, { metadata: { name: 'web' }, target })
    assert.deepEqual(bindingRules(binding).map(describeError), expected)
  })
