import { namespaces } from '../../api/index.ts'
import { forbidden, notFound, StatusError } from '../../api/meta/statusError.ts'
import type { AdmissionPlugin, AdmissionRequest, LiveRead, ObjectReader } from '../contract.ts'
import { refusal } from './refusal.ts'

const immortal = new Set(['default', 'kube-system', 'kube-public'])

/** Objects live in namespaces that are there and not on their way out; three namespaces can't be deleted. */
export function namespaceLifecycle(deps: {
  readonly objects: ObjectReader
  readonly live?: LiveRead
}): AdmissionPlugin {
  const check = async (request: AdmissionRequest) => {
    const { operation, resource, name, namespace } = request
    if (resource.group === '' && resource.plural === 'namespaces') {
      if (operation === 'DELETE' && request.subresource === '' && immortal.has(name)) {
        throw forbidden(namespaces, name, 'this namespace may not be deleted')
      }
      return
    }
    if (!namespace || (operation !== 'CREATE' && operation !== 'UPDATE')) return
    // To say that a namespace is not there would tell those who may not know.
    if (resource.plural === 'localsubjectaccessreviews') return
    const space =
      deps.objects.get(namespaces, undefined, namespace) ?? (await deps.live?.(namespaces, undefined, namespace))
    if (!space) throw notFound(namespaces, namespace)
    if (operation === 'CREATE' && space.status?.phase === 'Terminating') throw terminating(request)
  }
  return { name: 'NamespaceLifecycle', mutate: check }
}

function terminating(request: AdmissionRequest): StatusError {
  const { namespace } = request
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const { body } = refusal(request, why)
  const message = `namespace ${namespace} is being terminated`
  const causes = [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }]
  return new StatusError({ ...body, details: { ...body.details, causes } })
}
