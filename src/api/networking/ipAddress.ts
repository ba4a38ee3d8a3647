import { equal } from '../../schema/derive/equal.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain, ipAddress } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { IPAddress, IPAddressV1beta1 } from './ipAddressType.ts'
import { segmentRules } from './reference.ts'

export { IPAddress, IPAddressList } from './ipAddressType.ts'

/** Of upstream's `ValidateIPAddress`. */
function rules({ spec: { parentRef } }: IPAddress): readonly FieldError[] {
  const path = at('spec', 'parentRef')
  if (!parentRef) return [required(path)]
  const { group, resource: plural, name, namespace } = parentRef
  return [
    ...(group ? dnsSubdomain(group).map(why => invalid(path.child('group'), group, why)) : []),
    ...segmentRules(plural, path.child('resource')),
    ...segmentRules(name, path.child('name')),
    ...(namespace ? segmentRules(namespace, path.child('namespace')) : []),
  ]
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
  name: ipAddress,
  rules,
  changes: {
    updateRules: (now, old) =>
      equal(now.spec.parentRef, old.spec.parentRef)
        ? []
        : [invalid(at('spec', 'parentRef'), now.spec.parentRef, 'field is immutable')],
  },
  versions: [
    renamedVersion('networking.k8s.io/v1beta1', 'networking.k8s.io/v1', IPAddressV1beta1, {
      deprecation: removedVersion('networking.k8s.io/v1beta1', 'IPAddress', '1.34', '1.37'),
    }),
  ],
  columns: [
    nameColumn,
    {
      name: 'ParentRef',
      type: 'string',
      description: 'Whose address it is.',
      cell({ spec: { parentRef } }) {
        if (!parentRef) return '<none>'
        const { group, resource: plural = '', namespace, name } = parentRef
        const kind = (group ? `${plural}.${group}` : plural).toLowerCase()
        return [kind, ...(namespace ? [namespace] : []), name].join('/')
      },
    },
  ],
})
