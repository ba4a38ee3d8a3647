import { existsSync } from 'node:fs'
import { chmod, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DamagedStoreError } from './damage.ts'
import { openDatabase } from './database.ts'
import { readEntries } from './pages.ts'
import { keyRevision, magic, version } from './record.ts'

/** The names of a store's files. */
export interface Files {
  readonly directory: string
  readonly data: string
  /** Says that there is a store here, so that a lost data file is noticed. */
  readonly marker: string
}

export const filesOf = (directory: string): Files => ({
  directory,
  data: join(directory, 'store.mdb'),
  marker: join(directory, 'FORMAT'),
})

const markerText = `${magic} ${version}\n`

/** How many bytes of records are copied in one transaction. */
const copied = 4 << 20

/** Makes sure that there is a data file to load: makes an empty store where there is none, refuses to where there was one. */
export async function prepareFiles({ directory, data, marker }: Files): Promise<void> {
  await rm(`${data}.new`, { force: true })
  const marked = existsSync(marker) ? await readFile(marker, 'utf8') : undefined
  if (marked !== undefined && marked !== markerText) {
    throw new DamagedStoreError(
      directory,
      `${marker} says ${JSON.stringify(marked.slice(0, 100))} and not ${JSON.stringify(markerText)}`,
    )
  }
  if (!existsSync(data)) {
    if (marked !== undefined) throw new DamagedStoreError(directory, `its data file ${data} is missing`)
    await fill(data, 1, [])
  }
}

/** Marks the directory as a store, once its data file was found good. */
export async function markFiles({ directory, marker }: Files): Promise<void> {
  if (existsSync(marker)) return
  await writeFile(marker, markerText, { mode: 0o600, flush: true })
  await syncDirectory(directory)
}

/** Writes the data file anew with nothing but the records that are needed, so that it shrinks to their size. */
export async function rewriteFiles({ data }: Files, compactRevision: number, leftovers: Iterable<number>) {
  await fill(data, compactRevision, neededRecords(data, new Set(leftovers)))
}

function* neededRecords(data: string, leftovers: Set<number>) {
  for (const { key, value } of readEntries(data)) {
    const revision = keyRevision(key)
    if (revision && !leftovers.has(revision)) yield { revision, bytes: Buffer.from(value) }
  }
}

/** Makes the data file beside its place and moves it there, whole. */
async function fill(
  data: string,
  compactRevision: number,
  needed: Iterable<{ revision: number; bytes: Buffer }>,
): Promise<void> {
  const beside = `${data}.new`
  await rm(beside, { force: true })
  const database = openDatabase(beside)
  try {
    await chmod(beside, 0o600)
    await database.commit({ compactRevision })
    let records: { revision: number; bytes: Buffer }[] = []
    let bytes = 0
    for (const record of needed) {
      records.push(record)
      bytes += record.bytes.length
      if (bytes < copied) continue
      await database.commit({ records })
      records = []
      bytes = 0
    }
    if (records.length > 0) await database.commit({ records })
  } finally {
    await database.close()
  }
  await rm(`${beside}-lock`, { force: true })
  await rename(beside, data)
  await syncDirectory(join(data, '..'))
}

/** Makes names in the directory survive a power cut. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the directory, for its owner alone: it will hold secrets. */
export async function makeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
}
