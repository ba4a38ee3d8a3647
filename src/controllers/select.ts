import type { ControllerModule } from './controller.ts'

/**
 * The controllers that are asked for, in the order of `all`, by the words of upstream's `--controllers`: `*` is all of
 * them, `foo` the one of that name, `-foo` takes it out. No words mean all. Throws for a name that no controller has.
 */
export function selectControllers(all: readonly ControllerModule[], words: readonly string[]): ControllerModule[] {
  const known = new Set(all.map(({ name }) => name))
  for (const word of words)
    if (word !== '*' && !known.has(word.replace(/^-/, '')))
      throw new Error(`"${word}" is not in the list of known controllers: ${[...known].sort().join(', ')}`)
  const asked = new Set(words)
  const others = words.length === 0 || asked.has('*')
  return all.filter(({ name }) => !asked.has(`-${name}`) && (others || asked.has(name)))
}
