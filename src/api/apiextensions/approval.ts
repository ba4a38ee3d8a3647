/** Groups of the Kubernetes community: kinds in them need an annotation that says who agreed. */
export const isProtectedGroup = (group: string): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(group)

export const approvalAnnotation = 'api-approved.kubernetes.io'

export interface Approval {
  readonly state: 'approved' | 'bypassed' | 'invalid' | 'missing'
  readonly reason: string
}

const more = 'see https://github.com/kubernetes/enhancements/pull/1111'

/** What the annotation says: a URL where the kind was agreed upon, or words that begin with `unapproved`. */
export function approvalOf(annotations: Readonly<Record<string, string>>): Approval {
  const value = annotations[approvalAnnotation] ?? ''
  const named = JSON.stringify(approvalAnnotation)
  if (value === '') {
    return { state: 'missing', reason: `protected groups must have approval annotation ${named}, ${more}` }
  }
  if (value.startsWith('unapproved')) return { state: 'bypassed', reason: `not approved: ${JSON.stringify(value)}` }
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/]/.test(value)) return { state: 'approved', reason: `approved in ${value}` }
  const forms = 'with either a URL or a reason starting with "unapproved"'
  return { state: 'invalid', reason: `protected groups must have approval annotation ${named} ${forms}, ${more}` }
}
