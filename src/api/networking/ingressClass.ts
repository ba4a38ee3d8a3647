import { invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsLabel, pathSegment } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { domainPathRules } from './domainPath.ts'
import { IngressClass } from './ingressClassType.ts'

export { IngressClass, IngressClassList } from './ingressClassType.ts'

function rules({ spec: { controller, parameters } }: IngressClass): readonly FieldError[] {
  const errors: FieldError[] = [...domainPathRules(controller ?? '', 250, at('spec', 'controller'))]
  if (!parameters) return errors
  const path = at('spec', 'parameters')
  if (!parameters.kind) errors.push(required(path.child('kind'), 'kind is required'))
  if (!parameters.name) errors.push(required(path.child('name'), 'name is required'))
  else errors.push(...pathSegment(parameters.name).map(why => invalid(path.child('name'), parameters.name, why)))
  const { scope, namespace } = parameters
  if (scope === undefined) errors.push(required(path.child('scope')))
  else if (scope !== 'Cluster' && scope !== 'Namespace')
    errors.push(notSupported(path.child('scope'), scope, ['Cluster', 'Namespace']))
  else if (scope === 'Namespace') {
    if (!namespace) errors.push(required(path.child('namespace'), "`parameters.scope` is set to 'Namespace'"))
    else errors.push(...dnsLabel(namespace).map(why => invalid(path.child('namespace'), namespace, why)))
  } else if (namespace)
    errors.push(invalid(path.child('namespace'), namespace, "`parameters.scope` is set to 'Cluster'"))
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
  columns: [
    nameColumn,
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
          ? `${parameters.kind}${parameters.apiGroup ? `.${parameters.apiGroup}` : ''}/${parameters.name}`
          : '<none>',
    },
    ageColumn,
  ],
})
