export { type Cache, keyOf, splitKey } from './cache.ts'
export { type Client, createClient } from './client.ts'
export { type Change, type Controller, type Outcome, runController, type Watch, watching } from './controller.ts'
export { createEventRecorder, type EventRecorder, type Reference, referenceTo } from './events.ts'
export { createInformers, type Informer, type InformerOptions, type Informers } from './informer.ts'
export type {
  DeleteOptions,
  ListOptions,
  PatchType,
  ResourceClient,
  WatchOptions,
  WriteOptions,
} from './resourceClient.ts'
export type { ApiRequest, ApiResponse, Transport, WatchEvent } from './transport.ts'
