import { bool, fields, int64, list, object, one, string, stringMap, strings } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { PodSandboxConfig } from './sandbox.ts'
import { Int64Value, UInt64Value } from './shared.ts'

const imageSpec = fields({
  image: string(1, { always: true }),
  annotations: stringMap(2, { always: true }),
  userSpecifiedImage: string(18, { always: true }),
  runtimeHandler: string(19, { always: true }),
  imageRef: string(20, { always: true }),
})
export interface ImageSpec extends Shape<typeof imageSpec> {}
export const ImageSpec: Type<ImageSpec> = object('runtime.v1.ImageSpec', imageSpec)

const imageFilter = fields({
  image: one(1, ImageSpec, { pointer: true }),
})
export interface ImageFilter extends Shape<typeof imageFilter> {}
export const ImageFilter: Type<ImageFilter> = object('runtime.v1.ImageFilter', imageFilter)

const listImagesRequest = fields({
  filter: one(1, ImageFilter, { pointer: true }),
})
export interface ListImagesRequest extends Shape<typeof listImagesRequest> {}
export const ListImagesRequest: Type<ListImagesRequest> = object('runtime.v1.ListImagesRequest', listImagesRequest)

const image = fields({
  id: string(1, { always: true }),
  repoTags: strings(2, { always: true }),
  repoDigests: strings(3, { always: true }),
  size: int64(4, { always: true }),
  uid: one(5, Int64Value, { pointer: true }),
  username: string(6, { always: true }),
  spec: one(7, ImageSpec, { pointer: true }),
  pinned: bool(8, { always: true }),
})
export interface Image extends Shape<typeof image> {}
export const Image: Type<Image> = object('runtime.v1.Image', image)

const listImagesResponse = fields({
  images: list(1, Image, { always: true }),
})
export interface ListImagesResponse extends Shape<typeof listImagesResponse> {}
export const ListImagesResponse: Type<ListImagesResponse> = object('runtime.v1.ListImagesResponse', listImagesResponse)

const imageStatusRequest = fields({
  image: one(1, ImageSpec, { pointer: true }),
  verbose: bool(2, { always: true }),
})
export interface ImageStatusRequest extends Shape<typeof imageStatusRequest> {}
export const ImageStatusRequest: Type<ImageStatusRequest> = object('runtime.v1.ImageStatusRequest', imageStatusRequest)

const imageStatusResponse = fields({
  image: one(1, Image, { pointer: true }),
  info: stringMap(2, { always: true }),
})
export interface ImageStatusResponse extends Shape<typeof imageStatusResponse> {}
export const ImageStatusResponse: Type<ImageStatusResponse> = object(
  'runtime.v1.ImageStatusResponse',
  imageStatusResponse,
)

const authConfig = fields({
  username: string(1, { always: true }),
  password: string(2, { always: true }),
  auth: string(3, { always: true }),
  serverAddress: string(4, { always: true }),
  identityToken: string(5, { always: true }),
  registryToken: string(6, { always: true }),
})
export interface AuthConfig extends Shape<typeof authConfig> {}
export const AuthConfig: Type<AuthConfig> = object('runtime.v1.AuthConfig', authConfig)

const pullImageRequest = fields({
  image: one(1, ImageSpec, { pointer: true }),
  auth: one(2, AuthConfig, { pointer: true }),
  sandboxConfig: one(3, PodSandboxConfig, { pointer: true }),
})
export interface PullImageRequest extends Shape<typeof pullImageRequest> {}
export const PullImageRequest: Type<PullImageRequest> = object('runtime.v1.PullImageRequest', pullImageRequest)

const pullImageResponse = fields({
  imageRef: string(1, { always: true }),
})
export interface PullImageResponse extends Shape<typeof pullImageResponse> {}
export const PullImageResponse: Type<PullImageResponse> = object('runtime.v1.PullImageResponse', pullImageResponse)

const removeImageRequest = fields({
  image: one(1, ImageSpec, { pointer: true }),
})
export interface RemoveImageRequest extends Shape<typeof removeImageRequest> {}
export const RemoveImageRequest: Type<RemoveImageRequest> = object('runtime.v1.RemoveImageRequest', removeImageRequest)

const filesystemIdentifier = fields({
  mountpoint: string(1, { always: true }),
})
export interface FilesystemIdentifier extends Shape<typeof filesystemIdentifier> {}
export const FilesystemIdentifier: Type<FilesystemIdentifier> = object(
  'runtime.v1.FilesystemIdentifier',
  filesystemIdentifier,
)

const filesystemUsage = fields({
  timestamp: int64(1, { always: true }),
  fsId: one(2, FilesystemIdentifier, { pointer: true }),
  usedBytes: one(3, UInt64Value, { pointer: true }),
  inodesUsed: one(4, UInt64Value, { pointer: true }),
})
export interface FilesystemUsage extends Shape<typeof filesystemUsage> {}
export const FilesystemUsage: Type<FilesystemUsage> = object('runtime.v1.FilesystemUsage', filesystemUsage)

const imageFsInfoResponse = fields({
  imageFilesystems: list(1, FilesystemUsage, { always: true }),
  containerFilesystems: list(2, FilesystemUsage, { always: true }),
})
export interface ImageFsInfoResponse extends Shape<typeof imageFsInfoResponse> {}
export const ImageFsInfoResponse: Type<ImageFsInfoResponse> = object(
  'runtime.v1.ImageFsInfoResponse',
  imageFsInfoResponse,
)
