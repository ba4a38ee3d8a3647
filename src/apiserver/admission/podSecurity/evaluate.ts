import { baseline } from './baseline.ts'
import type { Check, Subject, Violation } from './check.ts'
import type { Standard } from './policy.ts'
import { restricted } from './restricted.ts'

/** A check as it was in a version; undefined: it came later. */
const versionOf = ({ versions }: Check, version: Standard['version']) =>
  versions.findLast(({ since }) => version === 'latest' || since <= version)

/** What a pod asks for that a level, in a version, does not grant. */
export function evaluate({ level, version }: Standard, subject: Subject): readonly Violation[] {
  if (level === 'privileged') return []
  const more = level === 'restricted' ? restricted : []
  const superfluous = new Set(more.flatMap(check => versionOf(check, version)?.instead ?? []))
  const checks = [...baseline.filter(({ id }) => !superfluous.has(id)), ...more]
  return checks.flatMap(check => versionOf(check, version)?.find(subject) ?? [])
}

/** `hostPort (container "a" uses hostPort 80), privileged (...)`. */
export const inDetail = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')

export const inShort = (violations: readonly Violation[]): string => violations.map(({ reason }) => reason).join(', ')
