import { Argument, Command, Option } from 'commander'
import { type Configured, configFileIn, readConfig } from './configFile.ts'
import { argumentsOf, type CommandName, commands, defaultOf, type Flag, flagsOf, type Options } from './flags.ts'
import { reader } from './flagValue.ts'

/** What a command does. Resolves with the exit status. */
export type Carry<C extends CommandName> = (options: Options<C>, words: readonly string[]) => Promise<number>

/** The functions behind the commands. */
export type Carriers = { readonly [C in CommandName]: Carry<C> }

export interface Streams {
  out(text: string): void
  err(text: string): void
}

/**
 * Reads the arguments by the flag table, carries the command out, and resolves with the exit status: 2 when the
 * arguments are not understood.
 */
export async function runCommandLine(args: readonly string[], carriers: Carriers, streams: Streams): Promise<number> {
  let status = 0
  let configured: Configured = {}
  try {
    const named = configFileIn(args)
    if (named) configured = readConfig(named.file, named.command)
  } catch (error) {
    streams.err(`error: ${(error as Error).message}\n`)
    return 2
  }
  const program = new Command('caravel')
    .description('Kubernetes, written from scratch in TypeScript.')
    .usage('COMMAND [FLAGS]')
    .helpCommand('help [COMMAND]', 'Show help for a command')
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.err })
    .showHelpAfterError('(see caravel --help)')
  for (const name of Object.keys(commands) as CommandName[]) {
    const command = program.command(name).description(commands[name]).allowExcessArguments(false)
    const word = argumentsOf[name]
    if (word) command.addArgument(new Argument(`<${word.name}>`).choices([...word.choices]))
    for (const [flagName, flag] of flagsOf(name)) command.addOption(optionOf(flagName, flag, configured[flagName]))
    command.action(async () => {
      const carry = carriers[name] as (options: object, words: readonly string[]) => Promise<number>
      status = await carry(command.opts(), command.args)
    })
  }
  if (args.length === 0) {
    program.outputHelp()
    return 0
  }
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // commander has said what is wrong; help and version, when asked for, end here with 0.
    if (isOutcome(error)) return error.exitCode === 0 ? 0 : 2
    throw error
  }
  return status
}

/** `configured`: the value that a file gives, which is as good as a default. */
function optionOf(name: string, flag: Flag, configured: unknown): Option {
  const names = `${flag.short ? `-${flag.short}, ` : ''}--${name}${flag.type === 'yes' ? '' : ` <${flag.value}>`}`
  const text = flag.defaultText ? `${flag.help} (default: ${flag.defaultText})` : flag.help
  const option = new Option(names, text)
  const read = reader(flag)
  if (configured !== undefined) option.default(configured)
  else if (flag.type === 'yes') option.default(false)
  else if (flag.default !== undefined)
    option.default(typeof flag.default === 'string' ? read(flag.default) : flag.default, defaultOf(flag))
  if (flag.type === 'list') {
    let given: readonly string[] | undefined
    option.argParser(words => (given = [...(given ?? []), ...(read(words) as readonly string[])]))
  } else if (typeof flag.type === 'object') option.choices([...flag.type])
  else if (flag.type !== 'yes') option.argParser(words => read(words))
  if (flag.required) option.makeOptionMandatory()
  return option
}

function isOutcome(error: unknown): error is Error & { exitCode: number } {
  return error instanceof Error && 'exitCode' in error && 'code' in error && String(error.code).startsWith('commander.')
}
