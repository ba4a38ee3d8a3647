import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configMaps } from '../../api/core/configMap.ts'
import type { OwnerReference } from '../../api/meta/objectMeta.ts'
import { createGraph, type Item } from './graph.ts'
import { type Action, type OwnerState, plan } from './plan.ts'

const item = (uid: string, owners: readonly Partial<OwnerReference>[] = [], more: Partial<Item> = {}): Item => ({
  uid,
  resource: configMaps,
  namespace: 'default',
  name: uid,
  owners: owners.map(owner => ({ apiVersion: 'v1', kind: 'ConfigMap', name: owner.uid ?? '', uid: '', ...owner })),
  foreground: false,
  orphaning: false,
  deleting: false,
  ...more,
})
const graphOf = (...items: readonly Item[]) => {
  const graph = createGraph()
  for (const each of items) graph.set(each)
  return graph
}
const states = (all: Record<string, OwnerState>) => (owner: OwnerReference) => all[owner.uid] ?? 'unknown'

const cases: readonly [
  what: string,
  of: Item,
  others: readonly Item[],
  owners: Record<string, OwnerState>,
  wanted: Action,
][] = [
  ['keeps what nobody owns', item('a'), [], {}, { act: 'keep' }],
  ['keeps what has an owner', item('a', [{ uid: 'o' }]), [], { o: 'there' }, { act: 'keep' }],
  ['keeps what is owned by a kind nobody knows', item('a', [{ uid: 'o' }]), [], { o: 'unknown' }, { act: 'keep' }],
  [
    'deletes what has lost its only owner',
    item('a', [{ uid: 'o' }]),
    [],
    { o: 'gone' },
    { act: 'delete', policy: 'Background' },
  ],
  [
    'drops the reference to one of several owners',
    item('a', [{ uid: 'o' }, { uid: 'p' }]),
    [],
    { o: 'gone', p: 'there' },
    { act: 'drop', owners: ['o'] },
  ],
  [
    'deletes for an owner that waits',
    item('a', [{ uid: 'o' }]),
    [],
    { o: 'waiting' },
    { act: 'delete', policy: 'Background' },
  ],
  [
    'waits in turn for what it owns itself',
    item('a', [{ uid: 'o' }]),
    [item('b', [{ uid: 'a' }])],
    { o: 'waiting' },
    { act: 'delete', policy: 'Foreground' },
  ],
  [
    'does not wait in a circle',
    item('a', [{ uid: 'o' }]),
    [item('b', [{ uid: 'a' }], { foreground: true, deleting: true })],
    { o: 'waiting' },
    { act: 'delete', policy: 'Foreground', circle: true },
  ],
  [
    'leaves alone what is being deleted',
    item('a', [{ uid: 'o' }], { deleting: true }),
    [],
    { o: 'gone' },
    { act: 'keep' },
  ],
  [
    'holds an owner while a dependent blocks it',
    item('a', [], { foreground: true, deleting: true }),
    [item('b', [{ uid: 'a', blockOwnerDeletion: true }])],
    {},
    { act: 'wait' },
  ],
  [
    'lets an owner go that nothing blocks',
    item('a', [], { foreground: true, deleting: true }),
    [item('b', [{ uid: 'a' }])],
    {},
    { act: 'unblock' },
  ],
]
for (const [what, of, others, owners, wanted] of cases)
  test(`the collector ${what}`, () => assert.deepEqual(plan(of, graphOf(of, ...others), states(owners)), wanted))

test('orphaning names every dependent', () => {
  const owner = item('a', [], { orphaning: true, deleting: true })
  const action = plan(owner, graphOf(owner, item('b', [{ uid: 'a' }]), item('c')), states({}))
  assert.deepEqual(action.act === 'orphan' && action.dependents.map(each => each.uid), ['b'])
})

test('the graph forgets references that an object no longer has', () => {
  const graph = graphOf(item('b', [{ uid: 'a' }]))
  graph.set(item('b'))
  assert.deepEqual(graph.dependents('a'), [])
})
