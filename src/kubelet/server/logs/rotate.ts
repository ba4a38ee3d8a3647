import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Clock, sleep } from '../../../base/clock.ts'
import type { Logger } from '../../../base/log.ts'
import type { Runtime } from '../../cri/runtime.ts'
import type { PodRegistry } from '../../sync/pods.ts'

export interface RotateDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  readonly runtime: Pick<Runtime, 'reopenLog'>
}

export interface RotateLimits {
  /** Bytes a log may grow to. */
  readonly size: number
  /** How many files of one container are kept, the current one among them. */
  readonly files: number
}

/** `containerLogMaxSize` and `containerLogMaxFiles` of upstream. */
export const defaultLimits: RotateLimits = { size: 10 * 1024 * 1024, files: 5 }
const period = 10_000

/** Looks every ten seconds at the logs of running containers and rotates those that are too large. Resolves after the signal. */
export async function keepLogsSmall(deps: RotateDeps, pods: PodRegistry, limits = defaultLimits): Promise<void> {
  while (await sleep(deps.clock, period, deps.signal)) {
    for (const { runtimeState } of pods.list()) {
      for (const { id, logPath, phase } of runtimeState.containers) {
        if (phase !== 'running') continue
        await rotateLog(id, logPath, limits, deps).catch(error =>
          deps.log.warn('a container log could not be rotated', { path: logPath, error }),
        )
      }
    }
  }
}

/** Rotates one log when it is too large: `0.log` goes to `0.log.20260102-150405`, older ones are compressed, the oldest removed. */
export async function rotateLog(id: string, path: string, limits: RotateLimits, deps: RotateDeps): Promise<void> {
  const size = await stat(path).then(
    found => found.size,
    () => 0,
  )
  if (size < limits.size) return
  const directory = dirname(path)
  const prefix = `${basename(path)}.`
  const names = (await readdir(directory)).filter(name => name.startsWith(prefix)).sort()
  // What a rotation that was cut off left half written.
  for (const name of names.filter(each => each.endsWith('.tmp'))) await rm(join(directory, name))
  const kept = names.filter(name => !name.endsWith('.tmp'))
  // The current file and the one it becomes are two of those allowed.
  const surplus = kept.splice(0, Math.max(0, kept.length - (limits.files - 2)))
  for (const name of surplus) await rm(join(directory, name))
  for (const name of kept) if (!name.endsWith('.gz')) await compress(join(directory, name))
  const stamp = new Date(deps.clock.now()).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const rotated = `${path}.${stamp}`
  await rename(path, rotated)
  try {
    await deps.runtime.reopenLog(id)
  } catch (error) {
    // The runtime goes on writing to the old file, so that must be the log again.
    await rename(rotated, path)
    throw error
  }
}

async function compress(path: string): Promise<void> {
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.tmp`))
  await rename(`${path}.tmp`, `${path}.gz`)
  await rm(path)
}
