import { setImmediate } from 'node:timers/promises'
import { FutureRevisionError } from './contract.ts'
import type { History, Version } from './history.ts'

/** Revisions compacted at a time, which takes some milliseconds. */
const step = 4000

/** Compacts a history up to a revision, with turns for others in between. `drop` takes what is no longer needed, oldest first. */
export async function compactHistory(
  history: History,
  revision: number,
  drop: (versions: readonly Version[]) => void,
): Promise<void> {
  if (revision > history.revision) throw new FutureRevisionError(revision, history.revision)
  while (history.compactRevision < revision) {
    drop(history.compact(Math.min(revision, history.compactRevision + step)))
    if (history.compactRevision < revision) await setImmediate()
  }
}
