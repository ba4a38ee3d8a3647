import { RE2JS } from 're2js'
import { fn, type Library, method, type Overload } from '../check/environment.ts'
import { bool, int, list, string, type Type } from '../types.ts'
import { listOf } from '../values/collections.ts'
import { CelError, type Value } from '../values/value.ts'

/** A compiled pattern; throws a CelError when it is none. */
export function pattern(text: string): RE2JS {
  try {
    return RE2JS.compile(text)
  } catch (cause) {
    throw new CelError(`error parsing regexp: ${reason(cause)}`, { cause })
  }
}

const reason = (cause: unknown): string =>
  cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, '') : String(cause)

type WithPattern = (text: string, wanted: RE2JS, limit: bigint) => Value

const matchesOne: WithPattern = (text, wanted) => wanted.matcher(text).find()

const find: WithPattern = (text, wanted) => {
  const matcher = wanted.matcher(text)
  return matcher.find() ? (matcher.group() ?? '') : ''
}

const findAll: WithPattern = (text, wanted, limit) => {
  const matcher = wanted.matcher(text)
  const found: string[] = []
  while ((limit < 0n || BigInt(found.length) < limit) && matcher.find()) found.push(matcher.group() ?? '')
  return listOf(found)
}

/** An overload whose second argument is a pattern, compiled once where it is a literal. */
const patterned = (
  overload: typeof method,
  id: string,
  more: readonly Type[],
  result: Type,
  run: WithPattern,
): Overload => ({
  ...overload(id, [string, string, ...more], result, (text, wanted, limit = -1n) =>
    run(text as string, pattern(wanted as string), limit as bigint),
  ),
  prepare(wanted) {
    const compiled = pattern(wanted as string)
    return (text, _, limit = -1n) => run(text as string, compiled, limit as bigint)
  },
})

/** Whether a text matches somewhere: part of the language. */
export const matching: readonly Overload[] = [
  patterned(fn, 'matches', [], bool, matchesOne),
  patterned(method, 'matches_string', [], bool, matchesOne),
]

/** Kubernetes' regular expressions: what matches, first or all. */
export const regex: Library = {
  functions: {
    find: [patterned(method, 'string_find_string', [], string, find)],
    findAll: [
      patterned(method, 'string_find_all_string', [], list(string), findAll),
      patterned(method, 'string_find_all_string_int', [int], list(string), findAll),
    ],
  },
}
