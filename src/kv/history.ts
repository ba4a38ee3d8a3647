import { CompactedError, FutureRevisionError } from './contract.ts'
import { sortKey } from './keys.ts'
import { createTree, type Tree } from './tree.ts'

/** One write: what the key became at a revision. */
export interface Version {
  readonly key: string
  /** 0 when this write deleted the key. */
  readonly createRevision: number
  readonly modRevision: number
  /** Revision of the key's version before this one, deletions too; 0 when there was none. */
  readonly previousRevision: number
  /** Undefined for deletions, and where the backend keeps values elsewhere. */
  readonly value: Uint8Array | undefined
  /** When the key is to be deleted, in milliseconds since the epoch; 0 for never. */
  readonly expiresAt: number
}

/** Which versions there are, by key and by revision, from the compaction on: the part that all our backends share. */
export interface History {
  readonly revision: number
  readonly compactRevision: number
  /** The key's newest version; undefined when it does not exist now. */
  live(key: string): Version | undefined
  /** The key as it was at a revision. Throws when that is compacted or to come. */
  at(key: string, revision: number): Version | undefined
  /** Visits the keys that existed at a revision (0: now) in order. Throws as `at` does. */
  scan(start: string, end: string, revision: number, visit: (version: Version) => void): void
  /** The version before this one, unless that was a deletion or is compacted away with its key's absence. */
  before(version: Version): Version | undefined
  /** At most `limit` versions written after a revision, in order. Throws when they are compacted or the revision is to come. */
  since(revision: number, limit: number): Version[]
  /** Adds a version, which must be newer than all, behind the key's version before it. */
  append(write: Omit<Version, 'previousRevision'>): Version
  /** Makes the newest revision at least this one, without a write: for a store that is read back from disk. */
  advance(revision: number): void
  /** Makes `revision` the oldest that can be read; returns the versions that are no longer needed, oldest first. */
  compact(revision: number): Version[]
  /** The live key that expires first. */
  nextExpiry(): Version | undefined
  /** All live keys that expire by then, soonest first. */
  expired(by: number): Version[]
  fork(): History
}

interface State {
  revision: number
  compactRevision: number
  /** Newest version of each key, by its sort key, its deletion too until that is compacted. */
  readonly newest: Tree<string, Version>
  readonly log: Tree<number, Version>
  readonly expiries: Tree<Version, Version>
}

/** The history of an empty store. */
export function createHistory(): History {
  return keep({
    revision: 1,
    compactRevision: 1,
    newest: createTree((a, b) => (a < b ? -1 : a === b ? 0 : 1)),
    log: createTree((a, b) => a - b),
    expiries: createTree((a, b) => a.expiresAt - b.expiresAt || a.modRevision - b.modRevision),
  })
}

function keep(state: State): History {
  const { newest, log, expiries } = state

  const check = (revision: number) => {
    if (revision < state.compactRevision) throw new CompactedError(state.compactRevision)
    if (revision > state.revision) throw new FutureRevisionError(revision, state.revision)
  }
  const seenAt = (version: Version | undefined, revision: number) => {
    while (version && version.modRevision > revision) version = log.get(version.previousRevision)
    return version && version.createRevision > 0 ? version : undefined
  }

  return {
    get revision() {
      return state.revision
    },
    get compactRevision() {
      return state.compactRevision
    },
    live(key) {
      const version = newest.get(sortKey(key))
      return version && version.createRevision > 0 ? version : undefined
    },
    at(key, revision) {
      check(revision)
      return seenAt(newest.get(sortKey(key)), revision)
    },
    scan(start, end, revision, visit) {
      if (revision) check(revision)
      const at = revision || state.revision
      const last = sortKey(end)
      newest.scan(sortKey(start), (version, key) => {
        if (key >= last) return false
        const seen = seenAt(version, at)
        if (seen) visit(seen)
        return true
      })
    },
    before(version) {
      return seenAt(log.get(version.previousRevision), version.modRevision)
    },
    since(revision, limit) {
      check(revision)
      const versions: Version[] = []
      if (revision === state.revision) return versions
      log.scan(revision + 1, version => versions.push(version) < limit)
      return versions
    },
    append({ key, createRevision, modRevision, value, expiresAt }) {
      const sorted = sortKey(key)
      const replaced = newest.get(sorted)
      const previousRevision = replaced?.modRevision ?? 0
      const version: Version = { key, createRevision, modRevision, previousRevision, value, expiresAt }
      if (replaced?.expiresAt) expiries.delete(replaced)
      newest.set(sorted, version)
      log.set(modRevision, version)
      if (expiresAt) expiries.set(version, version)
      state.revision = modRevision
      return version
    },
    advance(revision) {
      state.revision = Math.max(state.revision, revision)
    },
    compact(revision) {
      if (revision > state.revision) throw new FutureRevisionError(revision, state.revision)
      if (revision <= state.compactRevision) return []
      const dropped = new Set<Version>()
      log.scan(state.compactRevision + 1, version => {
        if (version.modRevision > revision) return false
        const older = log.get(version.previousRevision)
        if (older) dropped.add(older)
        if (version.createRevision === 0) dropped.add(version)
        return true
      })
      for (const version of dropped) {
        log.delete(version.modRevision)
        const sorted = sortKey(version.key)
        if (newest.get(sorted) === version) newest.delete(sorted)
      }
      state.compactRevision = revision
      return [...dropped].sort((a, b) => a.modRevision - b.modRevision)
    },
    nextExpiry: () => expiries.first(),
    expired(by) {
      const due: Version[] = []
      expiries.scan(undefined, version => version.expiresAt <= by && due.push(version) > 0)
      return due
    },
    fork: () => keep({ ...state, newest: newest.fork(), log: log.fork(), expiries: expiries.fork() }),
  }
}
