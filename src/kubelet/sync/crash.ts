/** How long the restarts of one container are held back: `delay` since its last end. Milliseconds. */
export interface CrashEntry {
  readonly delay: number
  /** When the last restart was let through. */
  readonly at: number
}

const base = 10_000
const cap = 300_000
/** A container that ran for so long is taken for healthy again. */
const forgiven = 2 * cap

/** The first restart is free; the later ones wait 10 s, doubling up to 5 minutes (`MaxCrashLoopBackOff`). */
export function crashDelay(entry: CrashEntry | undefined, endedAt: number): number {
  return entry && endedAt - entry.at <= forgiven ? entry.delay : 0
}

/** The entry after a restart was let through now. */
export function nextCrash(entry: CrashEntry | undefined, endedAt: number, now: number): CrashEntry {
  const delay = entry && endedAt - entry.at <= forgiven ? Math.min(entry.delay * 2, cap) : base
  return { delay, at: now }
}

/** Whole seconds, or minutes, as Go prints durations: `10s`, `1m20s`, `5m0s`. */
export function goSeconds(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
