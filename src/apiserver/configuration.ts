import { DecodeError, fromJson, strictProblems } from '../schema/codec/json.ts'
import { parseYaml } from '../schema/codec/yaml.ts'
import { describeError } from '../schema/rules/errors.ts'
import { checkRules } from '../schema/rules/walk.ts'
import type { FieldError, Type } from '../schema/types.ts'

/** A kind of file that configures the server. */
export interface ConfigurationKind<T> {
  readonly kind: string
  /** Group and versions that are read; their fields are the same. */
  readonly apiVersions: readonly string[]
  readonly type: Type<T>
  /** Rules over several fields, after those of the fields. */
  rules?(configuration: T): readonly FieldError[]
}

/**
 * Reads a configuration from YAML or JSON, strictly: unknown fields are refused. Throws an Error that says what is wrong;
 * the caller knows which file it was.
 */
export function readConfiguration<T>(of: ConfigurationKind<T>, text: string): T {
  const strict = strictProblems()
  const duplicates: string[] = []
  const [raw, ...more] = parseYaml(text, sentence => duplicates.push(sentence))
  if (more.length > 0 || typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new Error(`it must hold one ${of.kind}`)
  const { apiVersion, kind } = raw as { apiVersion?: unknown; kind?: unknown }
  if (kind !== of.kind || typeof apiVersion !== 'string' || !of.apiVersions.includes(apiVersion)) {
    throw new Error(
      `it must hold a ${of.kind} of ${of.apiVersions.join(' or ')}, not a ${String(kind)} of ${String(apiVersion)}`,
    )
  }
  let configuration: T
  try {
    configuration = fromJson(of.type, raw, { unknown: strict.unknown })
  } catch (error) {
    if (error instanceof DecodeError) throw new Error(error.message)
    throw error
  }
  const problems = [...duplicates, ...strict.problems]
  if (problems.length > 0) throw new Error(`strict decoding error: ${problems.join(', ')}`)
  const errors = [...checkRules(of.type, configuration), ...(of.rules?.(configuration) ?? [])]
  if (errors.length > 0) throw new Error(errors.map(describeError).join('; '))
  return configuration
}
