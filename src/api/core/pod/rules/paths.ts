import { invalid } from '../../../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'

/** A path that doesn't climb: without `..` between slashes. */
export const climbRules = (value: string, path: Path): FieldError[] =>
  value.split('/').includes('..') ? [invalid(path, value, "must not contain '..'")] : []

/** A path below a directory: relative, without `..`. */
export const belowRules = (value: string, path: Path): FieldError[] => [
  ...(value.startsWith('/') ? [invalid(path, value, 'must be a relative path')] : []),
  ...climbRules(value, path),
]

/** A path of a file that is written below a directory: names that begin with `..` are the kubelet's own. */
export const fileRules = (value: string, path: Path): FieldError[] => [
  ...belowRules(value, path),
  ...(value.startsWith('..') && !value.startsWith('../') ? [invalid(path, value, "must not start with '..'")] : []),
]

/** Permission bits. */
export const modeRules = (mode: number | undefined, path: Path): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : []
