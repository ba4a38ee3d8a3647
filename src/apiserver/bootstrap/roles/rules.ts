import type { PolicyRule } from '../../../api/index.ts'

/**
 * Rules by role, one line a rule: `verbs | groups | resources | names`, each separated by blanks; the core group is
 * `core`, the names may be left out. Paths that are no resources: `verbs | url | paths`.
 */
export type RoleTable = Readonly<Record<string, readonly string[]>>

/** The rule a line stands for. */
export function parseRule(line: string): PolicyRule {
  const [verbs = [], groups = [], what = [], names = []] = line.split(' | ').map(part => part.split(' '))
  if (groups[0] === 'url') return { verbs, nonResourceURLs: what }
  return {
    verbs,
    apiGroups: groups.map(group => (group === 'core' ? '' : group)),
    resources: what,
    ...(names.length > 0 ? { resourceNames: names } : {}),
  }
}
