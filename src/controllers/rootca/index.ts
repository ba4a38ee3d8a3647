import { configMaps } from '../../api/core/configMap.ts'
import { namespaces } from '../../api/core/namespace.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'
import { namespaceIsGoing } from '../kit/pods.ts'

const name = 'kube-root-ca.crt'
const annotation = 'kubernetes.io/description'
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

/** Keeps the ConfigMap kube-root-ca.crt in every namespace: how pods verify the API server. */
function create({ client, informers, options }: ControllerContext): Controller[] {
  const { rootCa } = options
  if (rootCa === undefined) return []
  const spaces = informers.of(namespaces)
  const maps = informers.of(configMaps, { fieldSelector: `metadata.name=${name}` })
  const data = { 'ca.crt': rootCa }
  const controller: Controller = {
    name: 'root-ca-certificate-publisher',
    workers: 1,
    watches: [
      watching(spaces, ({ type, object }) => (type === 'removed' ? [] : [object.metadata.name ?? ''])),
      watching(maps, ({ type, object }) => (type === 'added' ? [] : [object.metadata.namespace ?? ''])),
    ],
    async reconcile(namespace) {
      const space = spaces.cache.get(namespace)
      if (!space || space.status.phase === 'Terminating') return undefined
      const there = maps.cache.get(`${namespace}/${name}`)
      if (
        there?.data?.['ca.crt'] === rootCa &&
        Object.keys(there.data).length === 1 &&
        there.metadata.annotations?.[annotation]
      )
        return undefined
      const annotations = { ...there?.metadata.annotations, [annotation]: description }
      try {
        if (there) await client.of(configMaps).update({ ...there, metadata: { ...there.metadata, annotations }, data })
        else await client.of(configMaps).create({ metadata: { name, namespace, annotations }, data })
      } catch (error) {
        if (!is(error, 'AlreadyExists') && !namespaceIsGoing(error)) throw error
      }
      return undefined
    },
  }
  return [controller]
}

export const rootca: ControllerModule = {
  name: 'root-ca-certificate-publisher-controller',
  account: 'root-ca-cert-publisher',
  create,
}
