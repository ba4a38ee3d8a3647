import { fn, type Library, method } from '../check/environment.ts'
import { bool, int, string, struct } from '../types.ts'
import { CelError, Opaque, type Value } from '../values/value.ts'

const semverType = struct('kubernetes.Semver', {})

/** A version after semver.org. */
class Semver extends Opaque {
  readonly type = semverType
  readonly numbers: readonly [bigint, bigint, bigint]
  readonly pre: readonly (bigint | string)[]
  readonly build: string
  constructor(numbers: readonly [bigint, bigint, bigint], pre: readonly (bigint | string)[], build: string) {
    super()
    this.numbers = numbers
    this.pre = pre
    this.build = build
  }
  equals(other: Opaque): boolean {
    return other instanceof Semver && order(this, other) === 0
  }
}

const number = '(0|[1-9]\\d*)'
const identifier = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)'
const whole = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-(${identifier}(?:\\.${identifier})*))?(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?$`,
)

function parse(text: string): Semver | string {
  const match = whole.exec(text)
  if (!match) return text === '' ? 'Version string empty' : problem(text)
  const numbers = match.slice(1, 4).map(BigInt) as [bigint, bigint, bigint]
  if (numbers.some(part => BigInt.asUintN(64, part) !== part)) return `Invalid version ${JSON.stringify(text)}`
  const pre = (match[4]?.split('.') ?? []).map(part => (/^\d+$/.test(part) ? BigInt(part) : part))
  return new Semver(numbers, pre, match[5] ?? '')
}

function problem(text: string): string {
  const parts = text.split('.')
  if (parts.length < 3) return 'No Major.Minor.Patch elements found'
  for (const [i, name] of (['major', 'minor', 'patch'] as const).entries()) {
    const part = i < 2 ? (parts[i] as string) : (/^[^-+]*/.exec(parts.slice(2).join('.'))?.[0] ?? '')
    const label = name.charAt(0).toUpperCase() + name.slice(1)
    if (!/^\d+$/.test(part)) return `Invalid character(s) found in ${name} number ${JSON.stringify(part)}`
    if (part.length > 1 && part.startsWith('0'))
      return `${label} number must not contain leading zeroes ${JSON.stringify(part)}`
  }
  return `Invalid character(s) found in prerelease ${JSON.stringify(text)}`
}

/** `v1.2` as `1.2.0`: without the letter, leading zeros, and with what is missing. */
function normalized(text: string): Semver | string {
  const parts = text.replace(/^v/, '').split('.')
  const three = parts.length > 3 ? [...parts.slice(0, 2), parts.slice(2).join('.')] : parts
  const trimmed = three.map(part => {
    if (part.length < 2) return part
    const rest = part.replace(/^0+/, '')
    return /^[0-9]/.test(rest) ? rest : `0${rest}`
  })
  if (trimmed.length < 3 && /[+-]/.test(trimmed.at(-1) ?? ''))
    return 'short version cannot contain PreRelease/Build meta data'
  while (trimmed.length < 3) trimmed.push('0')
  return parse(trimmed.join('.'))
}

function order(a: Semver, b: Semver): number {
  for (let i = 0; i < 3; i++) {
    const [left, right] = [a.numbers[i] as bigint, b.numbers[i] as bigint]
    if (left !== right) return left < right ? -1 : 1
  }
  if (!a.pre.length || !b.pre.length) return Math.sign(Number(!a.pre.length) - Number(!b.pre.length))
  for (let i = 0; i < Math.min(a.pre.length, b.pre.length); i++) {
    const [left, right] = [a.pre[i] as bigint | string, b.pre[i] as bigint | string]
    if (left === right) continue
    if (typeof left !== typeof right) return typeof left === 'bigint' ? -1 : 1
    return left < right ? -1 : 1
  }
  return Math.sign(a.pre.length - b.pre.length)
}

const read = (text: Value, normalize: Value): Semver | string =>
  normalize ? normalized(text as string) : parse(text as string)
const semverOf = (text: Value, normalize: Value = false): Value => {
  const version = read(text, normalize)
  if (typeof version === 'string') throw new CelError(version)
  return version
}
const isSemver = (text: Value, normalize: Value = false): boolean => typeof read(text, normalize) !== 'string'
const part =
  (position: 0 | 1 | 2) =>
  (version: Value): bigint =>
    (version as Semver).numbers[position]
const compared = (a: Value, b: Value): number => order(a as Semver, b as Semver)

/** Kubernetes' versions. */
export const semver: Library = {
  types: { 'kubernetes.Semver': semverType },
  functions: {
    semver: [
      fn('string_to_semver', [string], semverType, semverOf),
      fn('string_bool_to_semver', [string, bool], semverType, semverOf),
    ],
    isSemver: [
      fn('is_semver_string', [string], bool, isSemver),
      fn('is_semver_string_bool', [string, bool], bool, isSemver),
    ],
    isGreaterThan: [method('semver_is_greater_than', [semverType, semverType], bool, (a, b) => compared(a, b) > 0)],
    isLessThan: [method('semver_is_less_than', [semverType, semverType], bool, (a, b) => compared(a, b) < 0)],
    compareTo: [method('semver_compare_to', [semverType, semverType], int, (a, b) => BigInt(compared(a, b)))],
    major: [method('semver_major', [semverType], int, part(0))],
    minor: [method('semver_minor', [semverType], int, part(1))],
    patch: [method('semver_patch', [semverType], int, part(2))],
  },
}
