import { createHistory, type History } from '../history.ts'
import { DamagedStoreError } from './damage.ts'
import { readEntries, type Summary } from './pages.ts'
import { decodeHeader, decodeRecord, keyRevision } from './record.ts'

/** A store as it was found on disk. */
export interface Loaded {
  readonly history: History
  /** Records that a compaction no longer got round to removing, oldest first. */
  readonly leftovers: number[]
  /** Bytes of all records, keys and values. */
  readonly recordBytes: number
  readonly summary: Summary
}

/** Reads and checks the whole data file. Throws `DamagedStoreError` when anything is not as it must be. */
export function loadHistory(directory: string, path: string): Loaded {
  try {
    return load(path)
  } catch (cause) {
    // A file that cannot be read at all may be perfectly good.
    if ((cause as NodeJS.ErrnoException).syscall) throw cause
    throw new DamagedStoreError(directory, (cause as Error).message, { cause })
  }
}

function load(path: string): Loaded {
  const history = createHistory()
  let compactRevision: number | undefined
  let recordBytes = 0
  const entries = readEntries(path)
  let step = entries.next()
  for (; !step.done; step = entries.next()) {
    const { key, value } = step.value
    const revision = keyRevision(key)
    if (revision === undefined) throw new Error(`it holds an entry that is no record, ${key.toString('hex')}`)
    if (revision === 0) {
      compactRevision = decodeHeader(value).compactRevision
      continue
    }
    if (compactRevision === undefined) throw new Error('it has no header')
    const { key: name, createRevision, expiresAt } = decodeRecord(revision, value)
    checkOrder(history, compactRevision, revision, name, createRevision)
    history.append({ key: name, createRevision, modRevision: revision, value: undefined, expiresAt })
    recordBytes += key.length + value.length
  }
  if (compactRevision === undefined) throw new Error('it has no header')
  history.advance(compactRevision)
  const leftovers = history.compact(compactRevision).map(version => version.modRevision)
  return { history, leftovers, recordBytes, summary: step.value }
}

/** After the compaction every revision has its record, and each continues what was before; earlier ones have gaps. */
function checkOrder(history: History, compacted: number, revision: number, key: string, createRevision: number) {
  const expected = Math.max(history.revision, compacted) + 1
  if (revision <= compacted ? revision <= history.revision : revision !== expected) {
    throw new Error(`after revision ${history.revision} comes ${revision}, and revisions between are missing`)
  }
  const before = history.live(key)
  const right = before
    ? createRevision === 0 || createRevision === before.createRevision
    : revision > compacted
      ? createRevision === revision
      : createRevision <= revision
  if (!right) throw new Error(`revision ${revision} of ${JSON.stringify(key)} does not continue what was before it`)
}
