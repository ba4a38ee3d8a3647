import { type Ruleset, table } from './ruleset.ts'

const same = (a: readonly string[] | undefined, b: readonly string[]) =>
  a?.length === b.length && a.every((line, index) => line === b[index])

/**
 * The nft commands that turn one ruleset into another, as one transaction; empty when they are alike. Ordered so that
 * nothing refers to what is not there yet, or no more.
 */
export function diff(from: Ruleset, to: Ruleset): string {
  const lines: string[] = []
  for (const [set, declaration] of to.sets)
    if (from.sets.get(set) !== declaration) lines.push(`add set ip ${table} ${set} ${declaration}`)
  const changed = [...to.chains].filter(([name, rules]) => !same(from.chains.get(name), rules))
  for (const [name] of changed)
    lines.push(from.chains.has(name) ? `flush chain ip ${table} ${name}` : `add chain ip ${table} ${name}`)
  for (const [name, rules] of changed) for (const rule of rules) lines.push(`add rule ip ${table} ${name} ${rule}`)
  for (const map of new Set([...from.elements.keys(), ...to.elements.keys()])) {
    const before = from.elements.get(map) ?? new Map<string, string>()
    const after = to.elements.get(map) ?? new Map<string, string>()
    const gone = [...before].filter(([key, value]) => after.get(key) !== value).map(([key]) => key)
    const come = [...after]
      .filter(([key, value]) => before.get(key) !== value)
      .map(([key, value]) => (value ? `${key} : ${value}` : key))
    if (gone.length > 0) lines.push(`delete element ip ${table} ${map} { ${gone.join(', ')} }`)
    if (come.length > 0) lines.push(`add element ip ${table} ${map} { ${come.join(', ')} }`)
  }
  const dead = [...from.chains.keys()].filter(name => !to.chains.has(name))
  for (const name of dead) lines.push(`flush chain ip ${table} ${name}`)
  for (const name of dead) lines.push(`delete chain ip ${table} ${name}`)
  for (const set of from.sets.keys()) if (!to.sets.has(set)) lines.push(`delete set ip ${table} ${set}`)
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
