import { invalid } from '../../../schema/rules/errors.ts'
import { at } from '../../../schema/rules/path.ts'
import type { FieldError } from '../../../schema/types.ts'

/** Levels, the least strict first. */
export const levels = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof levels)[number]

/** A level as one minor version of Kubernetes meant it. */
export interface Standard {
  readonly level: Level
  /** The minor version; `latest` is whatever this server knows. */
  readonly version: number | 'latest'
}

export const modes = ['enforce', 'audit', 'warn'] as const
export type Mode = (typeof modes)[number]
export type Policy = Readonly<Record<Mode, Standard>>

const prefix = 'pod-security.kubernetes.io'
const anything: Standard = { level: 'privileged', version: 'latest' }
const versionPattern = /^v1\.([0-9]|[1-9][0-9]{1,8})$/

/** As messages name it: `restricted:v1.25`. */
export const standardText = ({ level, version }: Standard): string =>
  `${level}:${version === 'latest' ? version : `v1.${version}`}`

export const stricter = (a: Level, b: Level): boolean => levels.indexOf(a) > levels.indexOf(b)
export const sameStandard = (a: Standard, b: Standard): boolean => a.level === b.level && a.version === b.version

/**
 * The policy that a namespace's labels ask for, and what is wrong with them. A level that is none enforces the
 * strictest, but neither audits nor warns; a version that is none is the latest.
 */
export function policyOf(labels: Readonly<Record<string, string>> = {}): {
  readonly policy: Policy
  readonly errors: readonly FieldError[]
} {
  const errors: FieldError[] = []
  const wrong = (label: string, value: string, why: string) =>
    errors.push(invalid(at('metadata', 'labels').key(label), value, why))
  const read = (mode: Mode): Standard => {
    let { level, version }: Standard = anything
    const levelLabel = `${prefix}/${mode}`
    const levelText = labels[levelLabel]
    if (levelText !== undefined) {
      const known = levels.find(each => each === levelText)
      if (!known) wrong(levelLabel, levelText, `must be one of ${levels.join(', ')}`)
      level = known ?? (mode === 'enforce' ? 'restricted' : 'privileged')
    }
    const versionLabel = `${levelLabel}-version`
    const versionText = labels[versionLabel]
    if (versionText !== undefined && versionText !== 'latest') {
      const minor = versionPattern.exec(versionText)?.[1]
      if (minor === undefined) wrong(versionLabel, versionText, 'must be "latest" or "v1.x"')
      version = minor === undefined ? 'latest' : Number(minor)
    }
    return { level, version }
  }
  const policy = { enforce: read('enforce'), audit: read('audit'), warn: read('warn') }
  return { policy: { ...policy, warn: warned(policy, labels) }, errors }
}

/** Who enforces without a word about warnings is warned of the same. */
function warned({ enforce, warn }: Policy, labels: Readonly<Record<string, string>>): Standard {
  const said = labels[`${prefix}/warn`] !== undefined
  const valid = levels.some(level => level === labels[`${prefix}/enforce`])
  if (said || !valid || !stricter(enforce.level, warn.level)) return warn
  return {
    level: enforce.level,
    version: labels[`${prefix}/warn-version`] === undefined ? enforce.version : warn.version,
  }
}
