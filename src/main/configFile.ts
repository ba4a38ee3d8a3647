import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type CommandName, choicesOf, commands, type Flag, flagsOf } from './flags.ts'
import { reader } from './flagValue.ts'

/** Values of flags that a file gives, by the flags' names. */
export type Configured = Readonly<Record<string, unknown>>

/** The file that `--config` names among these arguments, and the command it is for. */
export function configFileIn(args: readonly string[]): { file: string; command: CommandName } | undefined {
  const command = args[0] as CommandName
  if (!(command in commands) || !flagsOf(command).some(([name]) => name === 'config')) return undefined
  const index = args.findIndex(arg => arg === '--config' || arg.startsWith('--config='))
  const arg = args[index]
  if (arg === undefined) return undefined
  const file = arg === '--config' ? args[index + 1] : arg.slice('--config='.length)
  return file ? { file, command } : undefined
}

/**
 * Reads flags of a command from a YAML file: `log-level: debug`, names as on the command line or in camelCase, lists as
 * lists. Throws an Error that names the file and what is wrong in it.
 */
export function readConfig(file: string, command: CommandName): Configured {
  let content: unknown
  try {
    content = parse(readFileSync(file, 'utf8')) ?? {}
  } catch (error) {
    throw new Error(`--config ${file} cannot be read: ${(error as Error).message}`)
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new Error(`--config ${file} is no map of flags to values`)
  const known = new Map<string, Flag>(flagsOf(command))
  const values: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(content)) {
    const name = key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
    const flag = known.get(name)
    if (!flag || name === 'config') throw new Error(`--config ${file}: caravel ${command} has no flag ${key}`)
    values[name] = readValue(flag, value, `--config ${file}: ${key}`)
  }
  return values
}

function readValue(flag: Flag, value: unknown, where: string): unknown {
  if (flag.type === 'list' && Array.isArray(value)) return value.map(String)
  if (typeof value === 'object') throw new Error(`${where} is no plain value`)
  const text = String(value)
  if (typeof flag.type === 'object' && !flag.type.includes(text))
    throw new Error(`${where} must be ${choicesOf(flag)}, not ${text}`)
  try {
    return reader(flag)(text)
  } catch (error) {
    throw new Error(`${where}: ${text}. ${(error as Error).message}`)
  }
}
