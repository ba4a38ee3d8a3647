import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../../base/log.ts'
import type { Run } from '../../network/index.ts'
import { type Connection, connect } from './connection.ts'

export interface ImportDeps {
  readonly run: Run
  readonly log: Logger
}

export interface ImportOptions {
  /** The folder with the tarballs (OCI layouts or docker archives, compressed or not); none is like an empty one. */
  readonly directory: string
  /** containerd's socket. */
  readonly socket: string
  readonly snapshotter: string
  /** The file that remembers what was imported; it belongs beside containerd's store, whose contents it tells. */
  readonly record: string
}

export interface Imported {
  /** The tarball's file name. */
  readonly file: string
  readonly images: readonly string[]
  /** False when they had been imported before. */
  readonly fresh: boolean
}

interface Entry {
  readonly stamp: string
  readonly images: readonly string[]
}

const tarball = /\.(tar|tar\.gz|tgz|tar\.zst)$/

/**
 * Imports every tarball of the folder into containerd, as an air-gapped installation does, and resolves when the CRI
 * knows the images. Files imported before, unchanged since and whose images are still there are skipped.
 */
export async function importImages({ run, log }: ImportDeps, options: ImportOptions): Promise<Imported[]> {
  const files = (await listOrEmpty(options.directory)).filter(file => tarball.test(file)).sort()
  if (files.length === 0) return []
  const ctr = ['ctr', '--address', options.socket, '--namespace', 'k8s.io', 'images']
  const record = await readRecord(options.record)
  const present = new Set((await run([...ctr, 'list', '--quiet'])).split('\n'))
  const results: [string, Entry, boolean][] = []
  // One after the other: containerd lets only one import at a time write its index, and the others wait long.
  for (const file of files) {
    const path = join(options.directory, file)
    const { size, mtimeMs } = await stat(path)
    const stamp = `${size} ${mtimeMs}`
    const known = record[file]
    if (known?.stamp === stamp && known.images.every(image => present.has(image))) {
      results.push([file, known, false])
      continue
    }
    const said = await run([...ctr, 'import', '--snapshotter', options.snapshotter, path])
    const images = [...said.matchAll(/^unpacking (\S+) \(/gm)].map(match => match[1] ?? '')
    log.info('Imported images', { file, images })
    results.push([file, { stamp, images }, true])
  }
  if (results.some(([, , fresh]) => fresh)) {
    const connection = await connect(options.socket)
    try {
      for (const [, { images }, fresh] of results)
        if (fresh) for (const image of images) await untilKnown(connection, image)
    } finally {
      connection.close()
    }
    const next = Object.fromEntries(results.map(([file, entry]) => [file, entry]))
    await writeFile(`${options.record}.new`, JSON.stringify(next))
    await rename(`${options.record}.new`, options.record)
  }
  return results.map(([file, { images }, fresh]) => ({ file, images, fresh }))
}

/** The CRI hears of an import a moment later; a pod that came first would try to pull what is there. */
async function untilKnown(connection: Connection, image: string): Promise<void> {
  const deadline = performance.now() + 10_000
  // ImageStatusRequest { image: ImageSpec { image } }; the answer is empty for an image that is not known.
  const name = Buffer.from(image)
  const request = delimited(1, delimited(1, name))
  while ((await connection.call('/runtime.v1.ImageService/ImageStatus', request)).length === 0) {
    if (performance.now() > deadline) throw new Error(`containerd imported ${image}, but its CRI does not show it`)
    await sleep(10)
  }
}

/** A protobuf field of bytes. */
function delimited(field: number, bytes: Uint8Array): Uint8Array {
  const length: number[] = []
  let rest = bytes.length
  for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128)
  return Uint8Array.of((field << 3) | 2, ...length, rest, ...bytes)
}

async function readRecord(file: string): Promise<Record<string, Entry>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, Entry>
  } catch {
    // Absent or damaged: importing again is always right, only slower.
    return {}
  }
}

async function listOrEmpty(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
