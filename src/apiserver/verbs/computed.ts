import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { methodNotAllowed, notFound } from '../../api/meta/statusError.ts'
import { listTypeOf } from '../content/lists.ts'
import type { Answer } from '../contract.ts'
import { predicateOf } from '../store/predicate.ts'
import type { Call } from './scope.ts'
import { typeOf } from './version.ts'

/** Makes the objects of kinds that are not stored when somebody asks for them; by `resource.qualified`. */
export type ComputedKinds = Readonly<Record<string, () => Promise<readonly KubeObject[]>>>

/** GET of one object, or of all, of a kind whose objects are made now. */
export async function computed(make: () => Promise<readonly KubeObject[]>, call: Call): Promise<Answer> {
  const { served, info, request } = call
  const { apiVersion, kind, resource } = served
  if (info.verb === 'watch') throw methodNotAllowed(resource, 'watch')
  if (info.verb === 'list') {
    const predicate = predicateOf(served, info.namespace || undefined, request.query)
    const items = (await make()).filter(object => predicate.matches(object))
    const listKind = resource.listKind ?? `${kind}List`
    const object = { kind: listKind, apiVersion, metadata: {}, items }
    return {
      form: 'object',
      status: 200,
      type: listTypeOf(typeOf(served)),
      apiVersion,
      kind: listKind,
      resource,
      object,
    }
  }
  const object = (await make()).find(({ metadata }) => metadata.name === info.name)
  // Upstream names it in the singular here.
  if (!object) throw notFound({ group: resource.group, plural: resource.singular }, info.name)
  return { form: 'object', status: 200, type: typeOf(served), apiVersion, kind, resource, object }
}
