import { fuzz } from './fuzz.ts'
import { targets } from './targets.ts'

const words = process.argv.slice(2)
const at = words.indexOf('--seconds')
const seconds = at < 0 ? 600 : Number(words.splice(at, 2)[1])
const unknown = words.filter(word => !targets.some(({ name }) => name === word))
if (unknown.length > 0 || !(seconds > 0)) {
  console.error(`usage: scripts/fuzz [--seconds N] [${targets.map(({ name }) => JSON.stringify(name)).join(' | ')}]...`)
  process.exit(2)
}

let failed = false
for (const target of targets.filter(({ name }) => words.length === 0 || words.includes(name))) {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  process.stdout.write(`${target.name}: ${seconds} s, SEED=${seed} ... `)
  try {
    console.log(`${await fuzz(target, seconds * 1000, seed)} inputs, nothing found`)
  } catch (error) {
    failed = true
    console.log(`FOUND\n${error instanceof Error ? error.message : String(error)}`)
  }
}
process.exit(failed ? 1 : 0)
