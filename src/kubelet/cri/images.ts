import type { CallOptions, Channel } from './grpc.ts'
import { method } from './grpc.ts'
import * as image from './messages/image.ts'
import { Empty } from './messages/shared.ts'

export type { AuthConfig, FilesystemUsage, Image } from './messages/image.ts'

/** The runtime's image store: the calls of `runtime.v1.ImageService` that Caravel makes. All throw RuntimeError. */
export interface ImageStore {
  list(): Promise<readonly image.Image[]>
  /** Undefined when the image is not there. */
  status(name: string): Promise<image.Image | undefined>
  /** Fetches an image; gives its reference. Takes as long as it takes: end it by the signal. */
  pull(name: string, auth?: image.AuthConfig, options?: Pick<CallOptions, 'signal'>): Promise<string>
  remove(name: string): Promise<void>
  filesystems(): Promise<readonly image.FilesystemUsage[]>
}

const service = 'runtime.v1.ImageService'
const methods = {
  list: method(service, 'ListImages', image.ListImagesRequest, image.ListImagesResponse),
  status: method(service, 'ImageStatus', image.ImageStatusRequest, image.ImageStatusResponse),
  pull: method(service, 'PullImage', image.PullImageRequest, image.PullImageResponse),
  remove: method(service, 'RemoveImage', image.RemoveImageRequest, Empty),
  filesystems: method(service, 'ImageFsInfo', Empty, image.ImageFsInfoResponse),
}

/** The image store behind a channel. */
export function createImageStore({ unary }: Channel): ImageStore {
  return {
    list: async () => (await unary(methods.list, {})).images,
    status: async name => (await unary(methods.status, { image: { image: name } })).image,
    pull: async (name, auth, options) =>
      (
        await unary(
          methods.pull,
          { image: { image: name }, ...(auth ? { auth } : {}) },
          { timeout: Infinity, ...options },
        )
      ).imageRef,
    remove: async name => void (await unary(methods.remove, { image: { image: name } })),
    filesystems: async () => (await unary(methods.filesystems, {})).imageFilesystems,
  }
}
