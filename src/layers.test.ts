import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** The one ordered list: a folder may import itself and any lower row, never up, never sideways. */
const rows = [
  ['base'],
  ['schema', 'net'],
  ['cel', 'kv'],
  ['api'],
  ['client'],
  ['apiserver', 'controllers', 'scheduler', 'kubelet', 'proxy', 'network', 'dns', 'cli', 'dashboard'],
  ['main', 'testing'],
]
const portable = new Set(['base', 'schema', 'cel', 'api', 'client'])
/** Files of portable folders that are bound to Node, each with its reason. */
const bound: Record<string, string> = {
  'client/https.ts': 'the transport over a socket',
}
/** Pairs of the same row, or above, that are allowed, each with its reason. */
const allowed: Record<string, string> = {
  'testing -> main': 'startCluster() composes what main composes',
}

const source = dirname(fileURLToPath(import.meta.url))
const rowOf = (folder: string) => rows.findIndex(row => row.includes(folder))
const imports =
  /^\s*(?:import|export)\b[^'"\n]*?(?:from\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^\s*\}\s*from\s*['"]([^'"]+)['"]/gm

/** What is wrong with one import, as text; undefined when nothing is. */
function complaint(file: string, specifier: string): string | undefined {
  const path = relative(source, file)
  const from = path.split('/')[0] ?? ''
  const isTest = path.includes('.test.') || path.includes('.test-suite.')
  if (specifier.startsWith('node:')) {
    return portable.has(from) && !isTest && !bound[path]
      ? `${path}: portable folder ${from} imports ${specifier}`
      : undefined
  }
  if (!specifier.startsWith('.')) return undefined
  const to = relative(source, resolve(dirname(file), specifier)).split('/')[0] ?? ''
  if (to === from || to === '..' || allowed[`${from} -> ${to}`]) return undefined
  if (to === 'kv' && from !== 'apiserver' && rowOf(from) < rowOf('main'))
    return `${path}: only apiserver and the composition roots may import kv`
  if (isTest && (to === 'testing' || rowOf(to) <= rowOf('client'))) return undefined
  return rowOf(to) >= rowOf(from) ? `${path}: ${from} may not import ${to}` : undefined
}

test('folders import only lower rows, and portable ones nothing of Node', () => {
  const complaints: string[] = []
  for (const file of globSync('*/**/*.ts', { cwd: source })) {
    const path = join(source, file)
    for (const match of readFileSync(path, 'utf8').matchAll(imports)) {
      const found = complaint(path, match[1] ?? match[2] ?? match[3] ?? '')
      if (found) complaints.push(found)
    }
  }
  assert.deepEqual(complaints, [])
})

test('every folder of the source has a row', () => {
  const folders = globSync('*/', { cwd: source }).map(folder => folder.replace(/\/$/, ''))
  assert.deepEqual(
    folders.filter(folder => rowOf(folder) < 0),
    [],
  )
})
