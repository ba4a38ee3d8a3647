import { invalid, tooLong } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { ClusterTrustBundle } from './clusterTrustBundleType.ts'
import { signerNameRules } from './signerName.ts'
import { pemBlocks, readCertificate } from './x509.ts'

export { ClusterTrustBundle, ClusterTrustBundleList } from './clusterTrustBundleType.ts'

const longest = 1024 * 1024

/** Of upstream's `ValidateClusterTrustBundle`; a bundle that was stored before is not read again. */
function rules(bundle: ClusterTrustBundle, old: ClusterTrustBundle | undefined): readonly FieldError[] {
  const { signerName = '', trustBundle } = bundle.spec
  return [
    ...nameRules(bundle.metadata.name ?? '', signerName, at('metadata', 'name')),
    ...(signerName ? signerNameRules(signerName, at('spec', 'signerName')) : []),
    ...(trustBundle === old?.spec.trustBundle ? [] : anchorRules(trustBundle, at('spec', 'trustBundle'))),
  ]
}

/** The signer's name stands before the bundle's own. */
function nameRules(name: string, signerName: string, path: Path): readonly FieldError[] {
  const check = (own: string) => dnsSubdomain(own).map(why => invalid(path, name, why))
  if (!signerName)
    return name.includes(':')
      ? [invalid(path, name, 'ClusterTrustBundle without signer name must not have ":" in its name')]
      : check(name)
  const prefix = `${signerName.replaceAll('/', ':')}:`
  if (name.startsWith(prefix)) return check(name.slice(prefix.length))
  return [invalid(path, name, `ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`)]
}

/** At least one authority, and none twice. */
function anchorRules(text: string, path: Path): readonly FieldError[] {
  if (text.length > longest) return [tooLong(path, longest)]
  const told = (why: string) => invalid(path, '<value omitted>', why)
  const seen = new Map<string, number[]>()
  const errors: FieldError[] = []
  for (const [index, { label, hasHeaders, bytes }] of pemBlocks(text).entries()) {
    const why = anchorProblem(label, hasHeaders, bytes)
    if (why) errors.push(told(`entry ${index} ${why}`))
    else {
      const key = bytes.toBase64()
      seen.set(key, [...(seen.get(key) ?? []), index])
    }
  }
  if (errors.length > 0) return errors
  if (seen.size === 0) return [told('at least one trust anchor must be provided')]
  return [...seen.values()]
    .filter(indices => indices.length > 1)
    .map(indices => told(`duplicate trust anchor (indices [${indices.join(' ')}])`))
}

function anchorProblem(label: string, hasHeaders: boolean, bytes: Uint8Array): string | undefined {
  if (label !== 'CERTIFICATE') return `has bad block type: ${label}`
  if (hasHeaders) return 'has PEM block headers'
  try {
    return readCertificate(bytes).ca ? undefined : 'does not have the CA bit set'
  } catch {
    return 'does not parse as X.509'
  }
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
  conditionalUpdate: true,
  rules,
  changes: {
    updateRules: (now, old) =>
      (now.spec.signerName ?? '') === (old.spec.signerName ?? '')
        ? []
        : [invalid(at('spec', 'signerName'), now.spec.signerName ?? '', 'field is immutable')],
  },
  select: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },
  columns: [
    nameColumn,
    {
      name: 'SignerName',
      type: 'string',
      description: 'Whose certificates.',
      cell: ({ spec }) => spec.signerName || '<none>',
    },
  ],
})
