import { domainPrefixedPath } from '../../schema/rules/bounds.ts'
import { forbidden, invalid, notSupported, required, tooLong } from '../../schema/rules/errors.ts'
import { dnsLabel, totalSize } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { IngressClass, type IngressClassParametersReference, IngressClassV1beta1 } from './ingressClassType.ts'
import { referenceRules } from './reference.ts'

export { IngressClass, IngressClassList } from './ingressClassType.ts'

/** On the class that ingresses get which name none. */
export const defaultIngressClassAnnotation = 'ingressclass.kubernetes.io/is-default-class'

const longestController = 250
const scopes = ['Cluster', 'Namespace']

/** Of upstream's `ValidateIngressClass`. */
function rules({ spec: { controller = '', parameters } }: IngressClass): readonly FieldError[] {
  const path = at('spec', 'controller')
  return [
    ...(totalSize({ '': controller }) > longestController ? [tooLong(path, longestController)] : []),
    ...domainPrefixedPath(controller, path),
    ...(parameters ? parameterRules(parameters, at('spec', 'parameters')) : []),
  ]
}

function parameterRules(parameters: IngressClassParametersReference, path: Path): FieldError[] {
  const errors = referenceRules(parameters, path)
  const { scope, namespace } = parameters
  const place = path.child('namespace')
  if (scope === undefined) errors.push(required(path.child('scope')))
  else if (!scopes.includes(scope)) errors.push(notSupported(path.child('scope'), scope, scopes))
  else if (scope === 'Cluster') {
    if (namespace !== undefined) errors.push(forbidden(place, "`parameters.scope` is set to 'Cluster'"))
  } else if (namespace === undefined) errors.push(required(place, "`parameters.scope` is set to 'Namespace'"))
  else errors.push(...dnsLabel(namespace).map(why => invalid(place, namespace, why)))
  return errors
}

/** A kind of ingress: which controller carries it out, and how. */
export const ingressClasses = resource<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  type: IngressClass,
  generation: true,
  defaults({ spec }) {
    if (spec.parameters && spec.parameters.scope === undefined) spec.parameters.scope = 'Cluster'
  },
  rules,
  changes: {
    updateRules: (now, old) =>
      now.spec.controller === old.spec.controller
        ? []
        : [invalid(at('spec', 'controller'), now.spec.controller, 'field is immutable')],
  },
  versions: [
    renamedVersion('networking.k8s.io/v1beta1', 'networking.k8s.io/v1', IngressClassV1beta1, {
      deprecation: removedVersion('networking.k8s.io/v1beta1', 'IngressClass', '1.19', '1.22', 'networking.k8s.io/v1'),
    }),
  ],
  columns: [
    {
      ...nameColumn,
      cell: ({ metadata: { name, annotations } }) =>
        `${name}${annotations?.[defaultIngressClassAnnotation] === 'true' ? ' (default)' : ''}`,
    },
    {
      name: 'Controller',
      type: 'string',
      description: 'Who carries it out.',
      cell: ({ spec }) => spec.controller ?? '',
    },
    {
      name: 'Parameters',
      type: 'string',
      description: 'More for the controller.',
      cell: ({ spec: { parameters } }) =>
        parameters
          ? `${parameters.kind}${parameters.apiGroup === undefined ? '' : `.${parameters.apiGroup}`}/${parameters.name}`
          : '<none>',
    },
    ageColumn,
  ],
})
