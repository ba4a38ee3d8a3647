import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'

export interface RotationOptions {
  readonly path: string
  /** Bytes at which the file is put aside. */
  readonly mostBytes: number
  /** How many of those put aside are kept; 0: all. */
  readonly mostFiles: number
  /** Days that they are kept; 0: for ever. */
  readonly mostDays: number
  readonly compress: boolean
}

const day = 24 * 3_600_000

/** A file that is put aside under a name with the time, `audit-2026-01-02T03-04-05.000.log`, when it is full. */
export interface RotatingFile {
  /** Appends, at once. Throws when that fails. */
  write(text: string): void
  /** Resolves when nothing is compressed any more. */
  close(): Promise<void>
}

export function rotatingFile(options: RotationOptions, { clock, log }: { clock: Clock; log: Logger }): RotatingFile {
  const { path, mostBytes } = options
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let descriptor = openSync(path, 'a', 0o600)
  let size = fstatSync(descriptor).size
  let tidying: Promise<void> = Promise.resolve()

  const putAside = () => {
    closeSync(descriptor)
    const aside = asideName(path, clock.now())
    renameSync(path, aside)
    descriptor = openSync(path, 'a', 0o600)
    size = 0
    tidying = tidying
      .then(() => (options.compress ? compressed(aside) : undefined))
      .then(() => remove(options, clock.now()))
      .catch(error => log.error('old audit logs could not be tidied', { path, error }))
  }
  return {
    write(text) {
      const bytes = Buffer.from(text)
      if (size > 0 && size + bytes.length > mostBytes) putAside()
      writeSync(descriptor, bytes)
      size += bytes.length
    },
    async close() {
      await tidying
      closeSync(descriptor)
    },
  }
}

function asideName(path: string, now: number): string {
  const extension = extname(path)
  const stamp = new Date(now).toISOString().slice(0, -1).replaceAll(':', '-')
  return join(dirname(path), `${basename(path, extension)}-${stamp}${extension}`)
}

async function compressed(file: string): Promise<void> {
  await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`, { mode: 0o600 }))
  rmSync(file)
}

/** Those put aside, newest first; what is too old or one too many goes. */
function remove({ path, mostFiles, mostDays }: RotationOptions, now: number): void {
  const extension = extname(path)
  const prefix = `${basename(path, extension)}-`
  const files = readdirSync(dirname(path))
    .filter(name => name.startsWith(prefix) && (name.endsWith(extension) || name.endsWith(`${extension}.gz`)))
    .map(name => ({ name, at: timeOf(name.slice(prefix.length)) }))
    .filter(({ at }) => !Number.isNaN(at))
    .sort((a, b) => b.at - a.at)
  for (const [index, { name, at }] of files.entries()) {
    const tooMany = mostFiles > 0 && index >= mostFiles
    const tooOld = mostDays > 0 && now - at > mostDays * day
    if (tooMany || tooOld) rmSync(join(dirname(path), name), { force: true })
  }
}

const timeOf = (stamp: string): number =>
  Date.parse(`${stamp.slice(0, 10)}T${stamp.slice(11, 23).replaceAll('-', ':')}Z`)
