import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rawPod } from '../pod/pod.test-suite.ts'
import { nodeOf } from './node.test-suite.ts'
import {
  matchNodeSelectorTerms,
  type NodeSelectorRequirement,
  nodeMatchesPod,
  nodeSelectorTermMatches,
} from './nodeSelector.ts'

const node = nodeOf({}, {}, { labels: { zone: 'a', cpus: '8', empty: '' } })
const is = (key: string, operator: string, ...values: string[]): NodeSelectorRequirement => ({ key, operator, values })

const labels: [expected: boolean, requirement: NodeSelectorRequirement][] = [
  [true, is('zone', 'In', 'b', 'a')],
  [false, is('zone', 'In', 'b')],
  [false, is('none', 'In', 'a')],
  [false, is('zone', 'NotIn', 'a')],
  [true, is('none', 'NotIn', 'a')],
  [true, is('empty', 'Exists')],
  [false, is('none', 'Exists')],
  [true, is('none', 'DoesNotExist')],
  [false, is('zone', 'DoesNotExist')],
  [true, is('cpus', 'Gt', '7')],
  [false, is('cpus', 'Gt', '8')],
  [true, is('cpus', 'Lt', '10')],
  [false, is('zone', 'Gt', '1')],
  [false, is('cpus', 'Gt', 'many')],
  [false, is('cpus', 'Gt')],
  [false, is('toString', 'Exists')],
  [false, is('zone', 'Near', 'a')],
]
for (const [expected, requirement] of labels)
  test(`label ${requirement.key} ${requirement.operator} ${requirement.values}: ${expected}`, () =>
    assert.equal(nodeSelectorTermMatches({ matchExpressions: [requirement] }, node), expected))

const names: [expected: boolean, requirement: NodeSelectorRequirement][] = [
  [true, is('metadata.name', 'In', 'n1')],
  [false, is('metadata.name', 'In', 'n2')],
  [true, is('metadata.name', 'NotIn', 'n2')],
  [false, is('metadata.name', 'NotIn', 'n1')],
  [false, is('metadata.name', 'In', 'n1', 'n2')],
  [false, is('metadata.name', 'Exists')],
]
for (const [expected, requirement] of names)
  test(`field ${requirement.key} ${requirement.operator} ${requirement.values}: ${expected}`, () =>
    assert.equal(nodeSelectorTermMatches({ matchFields: [requirement] }, node), expected))

test('all requirements of a term must hold, one of the terms, and an empty term matches nothing', () => {
  const good = { matchExpressions: [is('zone', 'In', 'a')], matchFields: [is('metadata.name', 'In', 'n1')] }
  const bad = { ...good, matchFields: [is('metadata.name', 'In', 'n2')] }
  assert.equal(nodeSelectorTermMatches(good, node), true)
  assert.equal(nodeSelectorTermMatches(bad, node), false)
  assert.equal(nodeSelectorTermMatches({}, node), false)
  assert.equal(matchNodeSelectorTerms({ nodeSelectorTerms: [bad, good] }, node), true)
  assert.equal(matchNodeSelectorTerms({ nodeSelectorTerms: [{}, bad] }, node), false)
  assert.equal(matchNodeSelectorTerms({ nodeSelectorTerms: [] }, node), false)
})

test('a pod needs its nodeSelector and its required affinity both', () => {
  const affinity = (...values: string[]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [is('zone', 'In', ...values)] }],
      },
    },
  })
  assert.equal(nodeMatchesPod(rawPod(), node), true)
  assert.equal(nodeMatchesPod(rawPod({ nodeSelector: { zone: 'a' }, affinity: affinity('a') }), node), true)
  assert.equal(nodeMatchesPod(rawPod({ nodeSelector: { zone: 'b' }, affinity: affinity('a') }), node), false)
  assert.equal(nodeMatchesPod(rawPod({ nodeSelector: { zone: 'a' }, affinity: affinity('b') }), node), false)
})
