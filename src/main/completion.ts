import { argumentsOf, type CommandName, commands, type Flag, flagsOf } from './flags.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

const names = Object.keys(commands) as CommandName[]

/** The completion script of a shell: `source <(caravel completion bash)`. */
export function completion(shell: Shell): string {
  if (shell === 'fish') return fish()
  // zsh understands bash's words through bashcompinit.
  const before = shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []
  return [...before, ...bash(), ''].join('\n')
}

function bash(): string[] {
  const words = (name: CommandName) => [
    ...flagsOf(name).map(([flag]) => `--${flag}`),
    ...(argumentsOf[name]?.choices ?? []),
  ]
  const values = (name: CommandName) =>
    flagsOf(name).flatMap(([flag, { type }]) =>
      typeof type === 'object' ? [`    ${name}:--${flag}) words='${type.join(' ')}' ;;`] : [],
    )
  const takesFile = names.flatMap(name =>
    flagsOf(name).flatMap(([flag, { value }]) => (isPath(value) ? [`${name}:--${flag}`] : [])),
  )
  return [
    '_caravel() {',
    `  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=`,
    '  if [ "$COMP_CWORD" = 1 ]; then',
    `    COMPREPLY=($(compgen -W '${names.join(' ')}' -- "$current")); return`,
    '  fi',
    '  case $command:$previous in',
    ...names.flatMap(values),
    `    ${takesFile.join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;`,
    '    *) case $command in',
    ...names.map(name => `      ${name}) words='${words(name).join(' ')}' ;;`),
    '    esac ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -F _caravel caravel',
  ]
}

function fish(): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const option = (name: CommandName, flag: string, { type, short, value, help }: Flag) => {
    const takes = type === 'yes' ? '' : isPath(value) ? ' -r -F' : ' -x'
    const choices = typeof type === 'object' ? ` -a ${quoted(type.join(' '))}` : ''
    return `complete -c caravel -n '__fish_seen_subcommand_from ${name}' -l ${flag}${short ? ` -s ${short}` : ''}${takes}${choices} -d ${quoted(help)}`
  }
  const lines = names.flatMap(name => [
    `complete -c caravel -f -n __fish_use_subcommand -a ${name} -d ${quoted(commands[name])}`,
    ...(argumentsOf[name]
      ? [
          `complete -c caravel -f -n '__fish_seen_subcommand_from ${name}' -a ${quoted(argumentsOf[name].choices.join(' '))}`,
        ]
      : []),
    ...flagsOf(name).map(([flag, about]) => option(name, flag, about)),
  ])
  return `${lines.join('\n')}\n`
}

const isPath = (value: string | undefined) => value === 'FILE' || value === 'DIRECTORY'
