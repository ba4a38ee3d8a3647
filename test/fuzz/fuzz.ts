import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { integerBelow, seededRandom } from '../../src/base/random.ts'
import { mutate } from './mutate.ts'

/** Something that reads what strangers send. */
export interface Target {
  readonly name: string
  /** Good inputs, and bad ones that were findings once. */
  corpus(): readonly Uint8Array[]
  /** Reads an input. Throws only what `refuses` knows. */
  read(input: Uint8Array): unknown
  /** Whether an error is the reader's own way to refuse. */
  refuses(error: unknown): boolean
}

/** Milliseconds of a processor, and bytes, that no input of 64 KiB may cost: how busy the machine is says nothing. */
const limits = { milliseconds: 2000, bytes: 512 * 1024 * 1024 }

/** What one input came to: undefined when all is well. */
async function finding(target: Target, input: Uint8Array): Promise<string | undefined> {
  const begun = process.cpuUsage()
  const before = process.memoryUsage.rss()
  try {
    await target.read(input)
  } catch (error) {
    if (!target.refuses(error)) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  const { user, system } = process.cpuUsage(begun)
  const took = (user + system) / 1000
  if (took > limits.milliseconds) return `took ${Math.round(took)} ms`
  const grown = process.memoryUsage.rss() - before
  return grown > limits.bytes ? `took ${Math.round(grown / 2 ** 20)} MiB of memory` : undefined
}

/** Feeds a target with damaged inputs for a time. Throws at the first finding, with what repeats it. Gives how many were read. */
export async function fuzz(target: Target, milliseconds: number, seed: number): Promise<number> {
  const random = seededRandom(seed)
  const corpus = target.corpus()
  const any = () => corpus[integerBelow(random, corpus.length)] as Uint8Array
  const until = performance.now() + milliseconds
  let count = 0
  for (const input of corpus) await check(target, input, seed)
  for (; performance.now() < until; count++) await check(target, mutate(any(), any(), random), seed)
  return count
}

async function check(target: Target, input: Uint8Array, seed: number): Promise<void> {
  const found = await finding(target, input)
  if (found === undefined) return
  const file = join(tmpdir(), `caravel-fuzz-${target.name.replaceAll(' ', '-')}-${seed}`)
  writeFileSync(file, input)
  throw new Error(`${target.name}: ${found}\nSEED=${seed} repeats this; the input: ${file}`)
}
