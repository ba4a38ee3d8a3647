import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { integerBelow, seededRandom } from '../../base/random.ts'
import { openFileStore } from './store.ts'

/*
 * The process that `crash.test.ts` kills: writes as fast as it can with many writers until then, and tells of each
 * write that was acknowledged on its standard output: `revision put|delete key label length`.
 */
const [path = '', seedText = '0'] = process.argv.slice(2)
const seed = Number(seedText)
const random = seededRandom(seed)
const store = await openFileStore({ path, clock: systemClock, log: silent })

async function write(writer: number): Promise<never> {
  for (let n = 0; ; n++) {
    const key = `/crash/${integerBelow(random, 300)}`
    if (random() < 0.15) {
      const result = await store.delete(key)
      if (result.outcome === 'done') writeSync(1, `${result.revision} delete ${key} - 0\n`)
      continue
    }
    const label = `${seed}.${writer}.${n}.`
    // Now and then a value that needs pages of its own.
    const length = label.length + integerBelow(random, random() < 0.02 ? 30_000 : 300)
    const result = await store.put(key, Buffer.alloc(length, label))
    if (result.outcome === 'done') writeSync(1, `${result.revision} put ${key} ${label} ${length}\n`)
  }
}

async function compact(): Promise<never> {
  for (;;) {
    await setTimeout(integerBelow(random, 150))
    const revision = await store.revision()
    await store.compact(Math.max(1, revision - integerBelow(random, 3000)))
  }
}

await Promise.all([...Array.from({ length: 48 }, (_, writer) => write(writer)), compact()])
