import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Transport } from '../../client/transport.ts'

export interface Created {
  /** False when an object of this name was there already. */
  readonly fresh: boolean
  /** What the server had to remark. */
  readonly warnings: readonly string[]
}

/** Creates an object as `kubectl create -f` does: discovery says where its kind is served, and it is sent as it stands. */
export async function create(transport: Transport, object: KubeObject, namespace: string): Promise<Created> {
  const { apiVersion = '', kind = '' } = object
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const { resources } = (await transport.request({ method: 'GET', path: root })).object as {
    readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[]
  }
  const served = resources.find(each => each.kind === kind && !each.name.includes('/'))
  if (!served) throw new Error(`no kind ${kind} is served in ${apiVersion}`)
  const space = served.namespaced ? `/namespaces/${object.metadata.namespace ?? namespace}` : ''
  try {
    const { warnings } = await transport.request({ method: 'POST', path: `${root}${space}/${served.name}`, object })
    return { fresh: true, warnings }
  } catch (error) {
    if (is(error, 'AlreadyExists')) return { fresh: false, warnings: [] }
    throw error
  }
}
