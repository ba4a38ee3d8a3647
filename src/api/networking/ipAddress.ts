import { canonicalIP } from '../../base/ip.ts'
import { equal } from '../../schema/derive/equal.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain, pathSegment } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { IPAddress } from './ipAddressType.ts'

export { IPAddress, IPAddressList } from './ipAddressType.ts'

/** Of upstream's `ValidateIPAddress`. */
function rules({ spec: { parentRef } }: IPAddress): readonly FieldError[] {
  const path = at('spec', 'parentRef')
  if (!parentRef) return [required(path)]
  const { group, resource: plural = '', name = '', namespace } = parentRef
  const errors: FieldError[] = []
  if (group) errors.push(...dnsSubdomain(group).map(why => invalid(path.child('group'), group, why)))
  for (const [field, value] of [
    ['resource', plural],
    ['name', name],
  ] as const) {
    if (!value) errors.push(required(path.child(field)))
    else errors.push(...pathSegment(value).map(why => invalid(path.child(field), value, why)))
  }
  if (namespace) errors.push(...pathSegment(namespace).map(why => invalid(path.child('namespace'), namespace, why)))
  return errors
}

/** An address of a service: as long as it is there, nobody else gets it. */
export const ipAddresses = resource<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  short: ['ip'],
  namespaced: false,
  type: IPAddress,
  generation: false,
  name: name => (canonicalIP(name) === name ? [] : ['must be a canonical IP address']),
  rules,
  changes: {
    updateRules: (now, old) =>
      equal(now.spec.parentRef, old.spec.parentRef)
        ? []
        : [invalid(at('spec', 'parentRef'), now.spec.parentRef, 'field is immutable')],
  },
  columns: [
    nameColumn,
    {
      name: 'ParentRef',
      type: 'string',
      description: 'Whose address it is.',
      cell({ spec: { parentRef } }) {
        if (!parentRef) return ''
        const { group, resource: plural, namespace, name } = parentRef
        return [`${plural}${group ? `.${group}` : ''}`, namespace, name].filter(Boolean).join('/')
      },
    },
  ],
})
