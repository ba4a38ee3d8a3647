import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { integerBelow, seededRandom } from '../../base/random.ts'
import { prefixEnd } from '../contract.ts'
import { DamagedStoreError } from './damage.ts'
import { type Change, openDatabase } from './database.ts'
import { encodeRecord } from './record.ts'
import { openFileStore } from './store.ts'

let directory = ''
let sound = ''

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'caravel-kv-'))
  sound = join(directory, 'sound')
  const store = await openFileStore({ path: sound, clock: systemClock, log: silent })
  for (let i = 0; i < 400; i++) await store.put(`/k/${i % 130}`, Buffer.alloc(i % 40 === 0 ? 20_000 : 200, `${i}`))
  await store.compact(200)
  for (let i = 0; i < 50; i++) await store.put(`/k/${i}`, Buffer.alloc(300, `${i}`))
  await store.close()
})
after(() => rm(directory, { recursive: true }))

/** A copy of the sound store, to be damaged. */
async function copy(name: string): Promise<{ path: string; data: string }> {
  const path = join(directory, name)
  await cp(sound, path, { recursive: true })
  return { path, data: join(path, 'store.mdb') }
}

async function read(path: string): Promise<string> {
  const store = await openFileStore({ path, clock: systemClock, log: silent })
  const { items, revision } = await store.range({ start: '/', end: prefixEnd('/') })
  const old = await store.range({ start: '/', end: prefixEnd('/'), revision: 201 })
  await store.close()
  const text = (list: typeof items) => list.map(item => `${item.key} ${item.modRevision} ${item.value}`).join('\n')
  return `${revision}\n${text(items)}\n${text(old.items)}`
}

async function change(data: string, what: Change): Promise<void> {
  const database = openDatabase(data)
  await database.commit(what)
  await database.close()
}

async function patch(data: string, act: (bytes: Buffer) => void): Promise<void> {
  const bytes = readFileSync(data)
  act(bytes)
  await writeFile(data, bytes)
}

const record = (revision: number, key: string, createRevision: number) => ({
  revision,
  bytes: encodeRecord(revision, { key, createRevision, expiresAt: 0, value: Buffer.from('x') }),
})

const damages: [string, (files: { path: string; data: string }) => Promise<void>, RegExp][] = [
  ['half of the file is missing', ({ data }) => truncate(data, 100_000), /cut short: it has 100000 bytes/],
  ['the file is empty', ({ data }) => truncate(data, 0), /cut short: it has 0 bytes/],
  ['the file is gone', ({ data }) => rm(data), /its data file \S+ is missing/],
  ['the file is text', ({ data }) => writeFile(data, 'hello '.repeat(10_000)), /does not begin as an LMDB file does/],
  ['the file is zeros', ({ data }) => writeFile(data, Buffer.alloc(500_000)), /does not begin as an LMDB file does/],
  ['a head is overwritten', ({ data }) => patch(data, file => file.fill(0xaa, 8192, 16384)), /\(page 1\)/],
  [
    'a head is of long ago',
    ({ data }) => patch(data, file => file.writeUInt32LE(2, 24 + 128)),
    /contradict each other/,
  ],
  [
    'the LMDB version is another',
    ({ data }) => patch(data, file => file.writeUInt16LE(7, 28)),
    /data version 7, not 2/,
  ],
  ['the middle is garbage', ({ data }) => patch(data, file => file.fill(0x5a, 50_000, 150_000)), /page \d+ of its/],
  [
    'a value has another byte',
    ({ data }) => patch(data, file => file.writeUInt8(0x2a, file.lastIndexOf(Buffer.alloc(200, '399')) + 50)),
    /the record of revision 401 has a wrong checksum/,
  ],
  [
    'the format is a later one',
    ({ path }) => writeFile(join(path, 'FORMAT'), 'caravel-kv 2\n'),
    /FORMAT says "caravel-kv 2/,
  ],
  ['a record is missing', ({ data }) => change(data, { removals: [300] }), /after revision 299 comes 301/],
  ['the header is missing', ({ data }) => change(data, { removals: [0] }), /it has no header/],
  [
    'revisions are left out',
    ({ data }) => change(data, { records: [record(453, '/x', 453)] }),
    /after revision 451 comes 453/,
  ],
  [
    'a record continues what is not there',
    ({ data }) => change(data, { records: [record(452, '/x', 77)] }),
    /revision 452 of "\/x" does not continue what was before it/,
  ],
  [
    'a deletion deletes nothing',
    ({ data }) => change(data, { records: [record(452, '/x', 0)] }),
    /revision 452 of "\/x" does not continue/,
  ],
]

for (const [what, damage, message] of damages) {
  test(`a store is refused, and left as it is, when ${what}`, async () => {
    const files = await copy(what.replaceAll(' ', '-'))
    await damage(files)
    const file = () => {
      try {
        return readFileSync(files.data)
      } catch {
        return undefined
      }
    }
    const found = file()
    const open = openFileStore({ path: files.path, clock: systemClock, log: silent })
    await assert.rejects(open, (error: unknown) => {
      assert.ok(error instanceof DamagedStoreError, String(error))
      assert.match(error.message, message)
      assert.ok(error.message.startsWith(`the store in ${files.path} is damaged: `))
      assert.match(error.message, /Nothing was changed\. Restore the directory from a backup, or move it away/)
      return true
    })
    assert.deepEqual(file(), found)
    // The lock was given back.
    await assert.rejects(openFileStore({ path: files.path, clock: systemClock, log: silent }), DamagedStoreError)
  })
}

test('whatever bits are turned or bytes overwritten, a store opens as it was or is refused', async context => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  context.diagnostic(`SEED=${seed} repeats this`)
  const random = seededRandom(seed)
  const expected = await read(sound)
  const original = readFileSync(join(sound, 'store.mdb'))
  const { path, data } = await copy('fuzz')
  let refused = 0
  for (let round = 0; round < 150; round++) {
    const bytes = Buffer.from(original)
    // Every third time in the heads, which are small and matter most.
    const end = round % 3 === 0 ? 200 : bytes.length
    const at = integerBelow(random, end) + (round % 6 === 0 ? 8192 : 0)
    if (round % 2) bytes[at] = (bytes[at] ?? 0) ^ (1 << integerBelow(random, 8))
    else for (let i = 0; i < 40; i++) bytes[at + i] = integerBelow(random, 256)
    writeFileSync(data, bytes)
    const result = await read(path).catch((error: unknown) => error)
    if (result === expected) continue
    assert.ok(result instanceof DamagedStoreError, `seed ${seed}, round ${round}, byte ${at}: ${result}`)
    refused++
  }
  assert.ok(refused > 40, `only ${refused} of 150 were noticed`)
})
