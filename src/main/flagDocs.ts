import { type CommandName, choicesOf, commands, defaultOf, flagsOf } from './flags.ts'

/** The text of docs/flags.md. */
export function flagDocs(): string {
  const sections = (Object.keys(commands) as CommandName[]).map(name => {
    const rows = flagsOf(name).map(([flagName, flag]) => {
      const spelt = `--${flagName}${flag.type === 'yes' ? '' : ` ${flag.value}`}`
      const names = flag.short ? `-${flag.short}, ${spelt}` : spelt
      return `| \`${names}\` | ${defaultOf(flag) ?? ''} | ${[flag.help, choicesOf(flag)].filter(Boolean).join(': ')} |`
    })
    const table = rows.length > 0 ? ['', '| flag | default | meaning |', '|---|---|---|', ...rows] : []
    return [`## caravel ${name}`, '', `${commands[name]}.`, ...table, ''].join('\n')
  })
  return ['# Flags', '', 'Made from `src/main/flags.ts` by `scripts/docs.ts`.', '', ...sections].join('\n')
}
