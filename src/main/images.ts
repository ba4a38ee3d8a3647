import { execFile } from 'node:child_process'
import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { nodePaths } from './host/index.ts'
import { home } from './program.ts'

/** How a cluster gets its images. Tarballs were put there by somebody, or built here, now or earlier. */
export type ImageSource =
  | { readonly from: 'registries' }
  | { readonly from: 'tarballs'; readonly directory: string; readonly built: 'no' | 'now' | 'earlier' }
  | { readonly from: 'nowhere'; readonly reason: string }

const tarball = /\.(tar|tar\.gz|tgz|tar\.zst)$/

/**
 * Sees to it that the node finds images: tarballs in the data directory if there are any, registries if they can be
 * reached, else the tarballs that `scripts/images` builds from Debian packages.
 */
export async function provideImages(
  dataDir: string,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<ImageSource> {
  const { images: directory, containerd } = nodePaths(dataDir)
  if ((await list(directory)).some(file => tarball.test(file))) return { from: 'tarballs', directory, built: 'no' }
  const built = join(home, '.caravel', 'images')
  const again = (await list(built)).some(file => tarball.test(file))
  if (!again) {
    // Whoever configured mirrors knows where images come from.
    if ((await list(containerd.registries)).length > 0) return { from: 'registries' }
    tell('looking for image registries')
    if (await registriesAnswer()) return { from: 'registries' }
  }
  tell(
    again
      ? 'importing the images built earlier'
      : 'no image registry can be reached: building images from Debian packages',
  )
  try {
    await promisify(execFile)(join(home, 'scripts', 'images'), ['--quiet', built], { timeout: 600_000, signal })
  } catch (error) {
    signal.throwIfAborted()
    return { from: 'nowhere', reason: (error as { stderr?: string }).stderr?.trim() || (error as Error).message }
  }
  await mkdir(directory, { recursive: true, mode: 0o711 })
  for (const file of (await list(built)).filter(file => tarball.test(file)))
    await place(join(built, file), join(directory, file))
  return { from: 'tarballs', directory, built: again ? 'earlier' : 'now' }
}

/** Where the images of the first steps come from: the pause image's registry, and the one of names without a registry. */
const registries = ['https://registry.k8s.io/v2/', 'https://registry-1.docker.io/v2/']
const patience = 3_000

async function registriesAnswer(): Promise<boolean> {
  const answers = await Promise.all(
    registries.map(async url => {
      try {
        const { status } = await fetch(url, {
          method: 'HEAD',
          redirect: 'manual',
          signal: AbortSignal.timeout(patience),
        })
        // A registry that wants a login first is one that answers.
        return status < 400 || status === 401
      } catch {
        // Whatever the reason, nothing can be pulled from it.
        return false
      }
    }),
  )
  return answers.every(Boolean)
}

/** Puts a file elsewhere, whole or not at all, without copying it where that is possible. */
async function place(from: string, to: string): Promise<void> {
  const temporary = `${to}.new`
  await rm(temporary, { force: true })
  try {
    await link(from, temporary)
  } catch {
    // Another file system, most often.
    await copyFile(from, temporary)
  }
  await rename(temporary, to)
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}
