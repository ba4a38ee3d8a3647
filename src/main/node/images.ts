import { parseImageName } from '../../kubelet/images/name.ts'

/** Whether an image, as a pod names it, is one of those imported. They are known by their full names. */
export function importedImages(names: Iterable<string>): (image: string) => boolean {
  const known = new Set(names)
  return image => {
    const { repository, tag, digest } = parseImageName(image)
    return known.has(digest ? `${repository}@${digest}` : `${repository}:${tag ?? 'latest'}`)
  }
}
