import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where Caravel is installed: the folder with package.json, scripts and examples. */
export const home: string = homeOf(import.meta.dirname)

function homeOf(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory
  const parent = dirname(directory)
  if (parent === directory) throw new Error(`no package.json in any folder above ${import.meta.dirname}`)
  return homeOf(parent)
}

/** The version of this program. */
export function version(): string {
  return (JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }).version
}

/** The command line that runs this same program with these arguments. */
export function ownCommand(args: readonly string[]): string[] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? '', ...args]
}
