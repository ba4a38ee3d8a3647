/** Labels that a kubelet may set on its own node. */
const own = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
])
const ownDomains = ['kubelet.kubernetes.io', 'node.kubernetes.io']

type Labels = Readonly<Record<string, string>> | undefined

const domainOf = (key: string) => (key.includes('/') ? key.slice(0, key.indexOf('/')) : '')
const within = (domain: string, suffix: string) => domain === suffix || domain.endsWith(`.${suffix}`)

/** The labels that differ and that a kubelet may not touch, sorted. */
export function forbiddenLabels(labels: Labels, before: Labels): string[] {
  const keys = new Set([...Object.keys(labels ?? {}), ...Object.keys(before ?? {})])
  return [...keys].filter(key => labels?.[key] !== before?.[key] && isForbidden(key)).sort()
}

function isForbidden(key: string): boolean {
  const domain = domainOf(key)
  if (within(domain, 'node-restriction.kubernetes.io')) return true
  if (!within(domain, 'kubernetes.io') && !within(domain, 'k8s.io')) return false
  return !own.has(key) && !ownDomains.some(allowed => within(domain, allowed))
}
