import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectPlugins } from './selection.ts'

const plugins = ['Priority', 'OwnerReferencesPermissionEnforcement', 'RBACEscalation'].map(name => ({ name }))
const run = (enable: string[], disable: string[]) => selectPlugins(plugins, { enable, disable }).map(({ name }) => name)

test('plugins run by default but for those that are to be asked for', () => {
  assert.deepEqual(run([], []), ['Priority', 'RBACEscalation'])
  assert.deepEqual(
    run(['Priority', 'OwnerReferencesPermissionEnforcement'], []),
    plugins.map(({ name }) => name),
  )
  assert.deepEqual(run([], ['Priority', 'OwnerReferencesPermissionEnforcement']), ['RBACEscalation'])
})

test('names that are no plugins, and contradictions, are refused', () => {
  const there = 'there are OwnerReferencesPermissionEnforcement, Priority'
  assert.throws(() => run(['Nothing'], []), {
    message: `enable-admission-plugins plugin "Nothing" is unknown; ${there}`,
  })
  assert.throws(() => run([], ['RBACEscalation']), {
    message: `disable-admission-plugins plugin "RBACEscalation" is unknown; ${there}`,
  })
  assert.throws(() => run(['Priority'], ['Priority']), {
    message: '[Priority] in enable-admission-plugins and disable-admission-plugins overlapped',
  })
})
