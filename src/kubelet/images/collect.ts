import type { Logger } from '../../base/log.ts'
import { errorText } from '../cri/grpc.ts'
import type { Image, ImageStore } from '../cri/images.ts'
import type { Runtime } from '../cri/runtime.ts'

export interface CollectDeps {
  readonly runtime: Runtime
  readonly store: ImageStore
  readonly log: Logger
  /** Images that can't be fetched again. */
  readonly preloaded: (image: string) => boolean
}

/** Images that no container uses and that may go, the largest first. Pure. */
export function unusedImages(
  images: readonly Image[],
  used: ReadonlySet<string>,
  preloaded: (image: string) => boolean,
): Image[] {
  return images
    .filter(({ id, pinned, repoTags, repoDigests }) => {
      const names = [id, ...repoTags, ...repoDigests]
      return !pinned && !names.some(name => used.has(name)) && !repoTags.some(preloaded)
    })
    .sort((a, b) => b.size - a.size)
}

/** Removes unused images until so many bytes are freed. Returns how many were. */
export async function collectImages(wanted: number, { runtime, store, log, preloaded }: CollectDeps): Promise<number> {
  const [images, containers] = await Promise.all([store.list(), runtime.listContainers()])
  const used = new Set(containers.flatMap(({ image, imageRef }) => [image?.image ?? '', imageRef]))
  let freed = 0
  for (const image of unusedImages(images, used, preloaded)) {
    if (freed >= wanted) break
    try {
      await store.remove(image.id)
      freed += image.size
      log.info('removed an unused image', { image: image.repoTags[0] ?? image.id, bytes: image.size })
    } catch (error) {
      log.warn('an unused image could not be removed', { image: image.id, error: errorText(error) })
    }
  }
  return freed
}
