import type { KubeObject, OwnerReference } from '../../api/meta/objectMeta.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { Authorization } from '../authz/authorization.ts'
import { type Catalog, servedOf } from '../catalog.ts'
import type { AdmissionPlugin, AdmissionRequest, AuthorizationAttributes } from '../contract.ts'
import { requested } from '../verbs/scope.ts'
import { refusal } from './refusal.ts'

export interface OwnerReferencesDeps {
  readonly authorization: Pick<Authorization, 'authorize'>
  readonly catalog: Pick<Catalog, 'resources'>
}

/**
 * Owners are changed only by those who may delete the object, and hold an owner up (`blockOwnerDeletion`) only those who
 * may set its finalizers (`plugin/pkg/admission/gc`). Off unless asked for.
 */
export function ownerReferencesPermission({ authorization, catalog }: OwnerReferencesDeps): AdmissionPlugin {
  const isAllowed = async (attributes: AuthorizationAttributes) => {
    const { decision, reason } = await authorization.authorize(attributes)
    return decision === 'allow' ? undefined : reason
  }
  const mayDelete = async (request: AdmissionRequest) => {
    const { group, plural } = requested(request.served)
    const { namespace, name, subresource } = request
    const why = await isAllowed({
      ...base(request),
      verb: 'delete',
      group,
      resource: plural,
      subresource,
      namespace,
      name,
    })
    if (why !== undefined)
      throw refusal(request, `cannot set an ownerRef on a resource you can't delete: ${why}, <nil>`)
  }
  const mayHold = async (request: AdmissionRequest, { apiVersion, kind, name }: OwnerReference) => {
    const owners = catalog.resources.flatMap(resource =>
      [...servedOf(resource)].filter(([, served]) => served.apiVersion === apiVersion && served.kind === kind),
    )
    if (owners.length === 0) {
      const what = `cannot find RESTMapping for APIVersion ${apiVersion} Kind ${kind}`
      const why = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`
      throw refusal(request, `cannot set blockOwnerDeletion in this case because ${what}: ${why}`)
    }
    for (const [, served] of owners) {
      const { group, plural } = requested(served)
      // An owner in a namespace is in that of what it owns.
      const namespace = served.resource.namespaced ? request.namespace : ''
      const why = await isAllowed({ ...finalizers(request), group, resource: plural, namespace, name })
      if (why !== undefined) {
        const words =
          "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on"
        throw refusal(request, `${words}: ${why}, <nil>`)
      }
    }
  }
  return {
    name: 'OwnerReferencesPermissionEnforcement',
    async validate(request) {
      const { operation, resource, subresource } = request
      if (operation !== 'CREATE' && operation !== 'UPDATE') return
      // The status of pods cannot change their owners.
      if (resource.qualified === 'pods' && subresource === 'status') return
      const [now, before] = [ownersOf(request.object), ownersOf(request.old)]
      if (equal(now, before)) return
      // Who makes an object may say whose it is: it might not be there at all.
      if (operation === 'UPDATE') await mayDelete(request)
      const held = now.filter(
        owner => owner.blockOwnerDeletion && !before.some(each => each.uid === owner.uid && each.blockOwnerDeletion),
      )
      if (held.length === 0) return
      const everything = { group: '*', resource: '*', namespace: '', name: '*' }
      if ((await isAllowed({ ...finalizers(request), ...everything })) === undefined) return
      for (const owner of held) await mayHold(request, owner)
    },
  }
}

const ownersOf = (object: unknown): readonly OwnerReference[] =>
  (object as KubeObject | undefined)?.metadata?.ownerReferences ?? []

const base = ({ user }: AdmissionRequest) => ({ user, isResource: true, version: '*', path: '' })
const finalizers = (request: AdmissionRequest) => ({ ...base(request), verb: 'update', subresource: 'finalizers' })
