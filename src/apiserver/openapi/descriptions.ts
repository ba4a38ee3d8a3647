import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Describe } from '../../schema/derive/openapi.ts'

/** Where the declarations of kinds are, seen from this file and from a bundle of the whole program. */
const places = ['../../api', '../src/api']

/**
 * The texts of `kubectl explain`: the doc comments of the declarations, read from the sources, which come with the
 * program. Where there are no sources there are no texts.
 */
export async function readDescriptions(from: string = import.meta.dirname): Promise<Describe> {
  const texts = new Map<string, string>()
  for (const place of places) {
    const directory = join(from, place)
    for await (const file of glob('**/*.ts', { cwd: directory })) {
      if (!file.endsWith('.test.ts')) collect(await readFile(join(directory, file), 'utf8'), texts)
    }
    if (texts.size > 0) break
  }
  return (typeName, field) => texts.get(field === undefined ? typeName : `${typeName}.${field}`)
}

const fieldSets = /^(?:export )?const (\w+) = fields\(\{\n([\s\S]*?)^\}\)/gm
const documented = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+):/g
const declarations =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?export const \w+: Type<\w+> = (?:object|root)\(\s*'([\w.-]+)',\s*(\w+)/g

/** Finds, in one source, the texts of types (`name`) and of their fields (`name.field`). */
export function collect(source: string, texts: Map<string, string>): void {
  const sets = new Map<string, [string, string][]>()
  for (const [, variable = '', body = ''] of source.matchAll(fieldSets)) {
    sets.set(
      variable,
      [...body.matchAll(documented)].map(([, text = '', field = '']) => [field, plain(text)]),
    )
  }
  for (const [, text, name = '', variable = ''] of source.matchAll(declarations)) {
    if (text) texts.set(name, plain(text))
    for (const [field, about] of sets.get(variable) ?? []) texts.set(`${name}.${field}`, about)
  }
}

/** A doc comment's text on one line, without stars and code marks. */
const plain = (comment: string) =>
  comment
    .replace(/^\s*\*\s?/gm, '')
    .replace(/`/g, '')
    .replace(/\s+/g, ' ')
    .trim()
