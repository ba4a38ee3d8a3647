/**
 * Collects the comments of the declared API types into src/api/descriptions.json: for each definition name the text of
 * the type (under the empty key) and of its fields. OpenAPI and `kubectl explain` print them. Run by `npm run gen`.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resources } from '../src/api/index.ts'
import { openapiV3 } from '../src/schema/derive/openapi.ts'
import { scan } from './scanComments.ts'

const source = join(dirname(fileURLToPath(import.meta.url)), '../src')

/** Every type that a resource leads to: its own, those of its other versions and of its subresources. */
const types = resources.flatMap(each => [
  each.type,
  ...(each.versions ?? []).map(version => version.type),
  ...Object.values(each.subresources ?? {}).map(sub => ('type' in sub ? sub.type : undefined)),
])

const paths = globSync(['api/**/*.ts', 'schema/scalars/*.ts'], {
  cwd: source,
  exclude: path => path.endsWith('.test.ts'),
})
const comments = scan(paths.sort().map(path => ({ path, text: readFileSync(join(source, path), 'utf8') })))

const found: Record<string, Record<string, string>> = {}
const silent: string[] = []
// What OpenAPI asks for is what is kept: fields of inline objects under the name of their own type.
openapiV3(types.filter(type => type !== undefined) as Parameters<typeof openapiV3>[0], (name, field) => {
  const text = comments(name, field)
  if (text) {
    found[name] ??= {}
    found[name][field ?? ''] = text
  } else if (field !== undefined) silent.push(`${name} ${field}`)
  return text
})

const target = join(source, 'api/descriptions.json')
// One definition a line: small, and readable as a diff.
const lines = Object.entries(found)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, texts]) => `${JSON.stringify(name)}:${JSON.stringify(texts)}`)
const text = `{\n${lines.join(',\n')}\n}\n`
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/api/descriptions.json is older than the comments it is made from: run npm run gen')
    process.exitCode = 1
  }
} else writeFileSync(target, text)
console.log(`${target}: ${lines.length} definitions`)
for (const each of silent) console.log(`no description: ${each}`)
