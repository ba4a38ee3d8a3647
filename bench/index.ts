/**
 * `npm run bench`: every figure, one after the other, each in a process of its own. With words as arguments, those
 * benches only: `npm run bench -- requests watch`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { join } from 'node:path'

const all = [
  'startup',
  'cluster',
  'memory',
  'crds',
  'requests',
  'watch',
  'compare',
  'demo',
  'pods',
  'idle',
  'apiserver',
  'kv',
  'schema',
] as const

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !all.some(each => each === name))
if (unknown.length > 0) throw new Error(`there is no bench ${unknown.join(', ')}; there are ${all.join(', ')}`)

let said = ''
const failed: string[] = []
console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}\n`)
for (const name of asked.length > 0 ? asked : all) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    process.stdout.write(text)
  })
  const [code] = await once(child, 'close')
  if (code !== 0) failed.push(name)
}

const met = said.match(/ ✔ at /g)?.length ?? 0
const missed = said.match(/ ✘ at /g)?.length ?? 0
console.log(`\n${met} of ${met + missed} goals are met.`)
if (failed.length > 0) {
  console.error(`These benches failed: ${failed.join(', ')}.`)
  process.exitCode = 1
}
