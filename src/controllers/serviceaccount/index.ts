import { namespaces } from '../../api/core/namespace.ts'
import { serviceAccounts } from '../../api/core/serviceAccount.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'
import { namespaceIsGoing } from '../kit/pods.ts'

/** Gives every namespace its ServiceAccount `default`, and gives it back when somebody deletes it. */
function create({ client, informers }: ControllerContext): Controller {
  const spaces = informers.of(namespaces)
  const accounts = informers.of(serviceAccounts)
  return {
    name: 'serviceaccount',
    workers: 1,
    watches: [
      watching(spaces, ({ type, object }) => (type === 'removed' ? [] : [object.metadata.name ?? ''])),
      watching(accounts, ({ type, object }) => (type === 'removed' ? [object.metadata.namespace ?? ''] : [])),
    ],
    async reconcile(namespace) {
      const space = spaces.cache.get(namespace)
      if (!space || space.status.phase === 'Terminating' || accounts.cache.get(`${namespace}/default`)) return undefined
      try {
        await client.of(serviceAccounts).create({ metadata: { name: 'default', namespace } })
      } catch (error) {
        if (!is(error, 'AlreadyExists') && !namespaceIsGoing(error)) throw error
      }
      return undefined
    },
  }
}

export const serviceaccount: ControllerModule = {
  name: 'serviceaccount-controller',
  account: 'service-account-controller',
  create,
}
