import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { ClusterTrustBundle } from './clusterTrustBundleType.ts'
import { signerNameRules } from './signerName.ts'

export { ClusterTrustBundle, ClusterTrustBundleList } from './clusterTrustBundleType.ts'

const begin = /-----BEGIN ([^-]*)-----/g

/** Of upstream's `ValidateClusterTrustBundle`. */
function rules({ metadata, spec: { signerName = '', trustBundle } }: ClusterTrustBundle): readonly FieldError[] {
  const { name = '' } = metadata
  const errors: FieldError[] = []
  const prefix = `${signerName.replaceAll('/', ':')}:`
  const place = at('metadata', 'name')
  if (signerName) {
    if (!name.startsWith(prefix))
      errors.push(
        invalid(place, name, `ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`),
      )
    errors.push(...signerNameRules(signerName, at('spec', 'signerName')))
  } else if (name.includes(':'))
    errors.push(invalid(place, name, 'ClusterTrustBundle without signer name must not have ":" in its name'))
  const path = at('spec', 'trustBundle')
  const blocks = [...trustBundle.matchAll(begin)].map(([, label]) => label)
  if (blocks.some(label => label !== 'CERTIFICATE'))
    errors.push(invalid(path, '<value omitted>', 'trust anchors must be in PEM blocks of type CERTIFICATE'))
  else if (blocks.length === 0)
    errors.push(invalid(path, '<value omitted>', 'at least one trust anchor must be provided'))
  return errors
}

/** Authorities that workloads trust. */
export const clusterTrustBundles = resource<ClusterTrustBundle>({
  group: 'certificates.k8s.io',
  version: 'v1beta1',
  kind: 'ClusterTrustBundle',
  plural: 'clustertrustbundles',
  namespaced: false,
  type: ClusterTrustBundle,
  generation: false,
  name: () => [],
  rules,
  changes: {
    updateRules: (now, old) =>
      (now.spec.signerName ?? '') === (old.spec.signerName ?? '')
        ? []
        : [invalid(at('spec', 'signerName'), now.spec.signerName, 'field is immutable')],
  },
  select: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },
  columns: [
    nameColumn,
    {
      name: 'SignerName',
      type: 'string',
      description: 'Whose certificates.',
      cell: ({ spec }) => spec.signerName ?? '',
    },
  ],
})
