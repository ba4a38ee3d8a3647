import { invalid, required } from '../../schema/rules/errors.ts'
import { dns1035Label, dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { pathSegmentName } from '../meta/names.ts'
import { resource } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { statusApart, statusView } from '../views.ts'
import { APIService, APIServiceV1beta1 } from './apiServiceType.ts'
import { locallyAvailable, withAvailable } from './available.ts'

export { APIService, APIServiceList } from './apiServiceType.ts'

const mostGroup = 20_000
const mostVersion = 1000

/** Of upstream's `ValidateAPIService`. */
function rules({ metadata, spec }: APIService): readonly FieldError[] {
  const { group = '', version = '', service, insecureSkipTLSVerify, caBundle } = spec
  const { groupPriorityMinimum, versionPriority } = spec
  const path = at('spec')
  const errors: FieldError[] = []
  const wanted = `${version}.${group}`
  if (metadata.name !== wanted)
    errors.push(
      invalid(
        at('metadata', 'name'),
        metadata.name,
        `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`,
      ),
    )
  if (group === '') {
    if (version !== 'v1')
      errors.push(
        invalid(path.child('version'), version, 'only v1 may have an empty group and it better be legacy kube'),
      )
  } else errors.push(...dnsSubdomain(group).map(why => invalid(path.child('group'), group, why)))
  errors.push(...dns1035Label(version).map(why => invalid(path.child('version'), version, why)))
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > mostGroup)
    errors.push(
      invalid(path.child('groupPriorityMinimum'), groupPriorityMinimum, 'must be positive and less than 20000'),
    )
  if (versionPriority <= 0 || versionPriority > mostVersion)
    errors.push(invalid(path.child('versionPriority'), versionPriority, 'must be positive and less than 1000'))
  if (!service) {
    if (caBundle)
      errors.push(
        invalid(path.child('caBundle'), `${caBundle.length} bytes`, 'local APIServices may not have a caBundle'),
      )
    if (insecureSkipTLSVerify)
      errors.push(
        invalid(path.child('insecureSkipTLSVerify'), true, 'local APIServices may not have insecureSkipTLSVerify'),
      )
    return errors
  }
  if (!service.namespace) errors.push(required(path.child('service', 'namespace')))
  if (!service.name) errors.push(required(path.child('service', 'name')))
  const port = service.port ?? 443
  if (port < 1 || port > 65535)
    errors.push(
      invalid(path.child('service', 'port'), port, 'port is not valid: must be between 1 and 65535, inclusive'),
    )
  if (insecureSkipTLSVerify && caBundle)
    errors.push(invalid(path.child('insecureSkipTLSVerify'), true, 'may not be true if caBundle is present'))
  return errors
}

function fillIn({ service }: APIService['spec']): void {
  if (service) service.port ??= 443
}

const group = 'apiregistration.k8s.io'

/** A version of a group, and who serves it. */
export const apiServices = resource<APIService>({
  group,
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  in: ['api-extensions'],
  namespaced: false,
  type: APIService,
  name: pathSegmentName,
  generation: false,
  defaults: ({ spec }) => fillIn(spec),
  rules,
  conditionalUpdate: true,
  changes: statusApart<APIService>(() => ({}), {
    create(object, { timestamp }) {
      if (!object.spec.service) object.status = withAvailable(object, locallyAvailable, timestamp).status
    },
  }),
  columns: [
    nameColumn,
    {
      name: 'Service',
      type: 'string',
      description: 'Who serves it.',
      cell: ({ spec: { service } }) => (service ? `${service.namespace}/${service.name}` : 'Local'),
    },
    {
      name: 'Available',
      type: 'string',
      description: 'Whether it answers.',
      cell({ status: { conditions = [] } }) {
        const found = conditions.find(({ type }) => type === 'Available')
        if (!found) return 'Unknown'
        return found.status === 'True' || !found.reason ? found.status : `${found.status} (${found.reason})`
      },
    },
    ageColumn,
  ],
  versions: [
    renamedVersion(`${group}/v1beta1`, `${group}/v1`, APIServiceV1beta1, {
      defaults: ({ spec }: APIService) => fillIn(spec),
      deprecation: removedVersion(`${group}/v1beta1`, 'APIService', '1.19', '1.22', `${group}/v1`),
    }),
  ],
  subresources: { status: statusView<APIService>({ keepMetadata: true }) },
})
