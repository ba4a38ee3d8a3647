import { test } from 'node:test'
import { fuzz } from './fuzz.ts'
import { targets } from './targets.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

for (const target of targets)
  test(`${target.name}: damaged input does no harm`, async context => {
    const count = await fuzz(target, 700, seed)
    context.diagnostic(`${count} inputs; SEED=${seed} repeats this`)
  })
