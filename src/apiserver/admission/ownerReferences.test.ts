import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configMaps, nodes, pods, replicaSets } from '../../api/index.ts'
import type { OwnerReference } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import type { AuthorizationAttributes } from '../contract.ts'
import { write } from '../objects.test-suite.ts'
import { ownerReferencesPermission } from './ownerReferences.ts'

const catalog = { resources: [pods, replicaSets, nodes] as unknown as Resource[] }
const owner = (kind: string, more: Partial<OwnerReference> = {}, apiVersion = 'apps/v1'): OwnerReference => ({
  apiVersion,
  kind,
  name: 'o',
  uid: `uid-${kind}`,
  ...more,
})
const held = { blockOwnerDeletion: true }
const set = owner('ReplicaSet')
const heldSet = owner('ReplicaSet', held)
const heldNode = owner('Node', held, 'v1')

/** What is said to a user who may do what `allowed` names, as `verb group/resource/subresource namespace/name`. */
async function verdict(
  operation: 'CREATE' | 'UPDATE',
  before: OwnerReference[],
  now: OwnerReference[],
  allowed: string[],
  subresource = '',
): Promise<string> {
  const plugin = ownerReferencesPermission({
    catalog,
    authorization: {
      async authorize({ verb, group, resource, subresource: view, namespace, name }: AuthorizationAttributes) {
        const asked = `${verb} ${group}/${resource}/${view} ${namespace}/${name}`
        return { decision: allowed.includes(asked) ? 'allow' : 'none', reason: asked }
      },
    },
  })
  const resource = subresource ? pods : configMaps
  const object = (ownerReferences: OwnerReference[]) => ({ metadata: { name: 'x', namespace: 'ns', ownerReferences } })
  const options = { object: object(now), subresource, ...(operation === 'UPDATE' ? { old: object(before) } : {}) }
  try {
    await plugin.validate?.(write(operation, resource as never, options as never))
    return ''
  } catch (error) {
    return (error as Error).message.replace(/^.* is forbidden: /, '')
  }
}

const cannotDelete = "cannot set an ownerRef on a resource you can't delete: delete /configmaps/ ns/x, <nil>"
const cannotHold = (what: string) =>
  `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: update ${what}, <nil>`
const mayDelete = 'delete /configmaps/ ns/x'

const cases: [what: string, arguments: Parameters<typeof verdict>, said: string][] = [
  ['an object without owners', ['CREATE', [], [], []], ''],
  ['owners that stay as they are', ['UPDATE', [heldSet], [heldSet], []], ''],
  ['a new object with an owner', ['CREATE', [], [set], []], ''],
  ['an owner of what may not be deleted', ['UPDATE', [], [set], []], cannotDelete],
  ['an owner that is taken away, too', ['UPDATE', [set], [], []], cannotDelete],
  ['an owner of what may be deleted', ['UPDATE', [], [set], [mayDelete]], ''],
  ['the status of a pod', ['UPDATE', [], [set], [], 'status'], ''],
  ['an owner that is held up', ['CREATE', [], [heldSet], []], cannotHold('apps/replicasets/finalizers ns/o')],
  ['one that already was', ['UPDATE', [heldSet], [heldSet, set], [mayDelete]], ''],
  ['one that was not', ['UPDATE', [set], [heldSet], [mayDelete]], cannotHold('apps/replicasets/finalizers ns/o')],
  ['one whose finalizers one may set', ['CREATE', [], [heldSet], ['update apps/replicasets/finalizers ns/o']], ''],
  ['one of the whole cluster', ['CREATE', [], [heldNode], []], cannotHold('/nodes/finalizers /o')],
  ['any, by who may set all finalizers', ['CREATE', [], [heldSet, heldNode], ['update */*/finalizers /*']], ''],
  [
    'one of a kind nobody knows',
    ['CREATE', [], [owner('Thing', held)], []],
    'cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion apps/v1 Kind Thing: no matches for kind "Thing" in version "apps/v1"',
  ],
]
for (const [what, asked, said] of cases)
  test(`owners: ${what}: ${said ? 'refused' : 'allowed'}`, async () => {
    assert.equal(await verdict(...asked), said)
  })
