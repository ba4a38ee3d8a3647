import { fields, int64, list, object, one, string, stringMap } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { ContainerMetadata } from './container.ts'
import { FilesystemUsage } from './image.ts'
import { UInt64Value } from './shared.ts'

const cpuUsage = fields({
  timestamp: int64(1, { always: true }),
  usageCoreNanoSeconds: one(2, UInt64Value, { pointer: true }),
  usageNanoCores: one(3, UInt64Value, { pointer: true }),
})
export interface CpuUsage extends Shape<typeof cpuUsage> {}
export const CpuUsage: Type<CpuUsage> = object('runtime.v1.CpuUsage', cpuUsage)

const memoryUsage = fields({
  timestamp: int64(1, { always: true }),
  workingSetBytes: one(2, UInt64Value, { pointer: true }),
  availableBytes: one(3, UInt64Value, { pointer: true }),
  usageBytes: one(4, UInt64Value, { pointer: true }),
  rssBytes: one(5, UInt64Value, { pointer: true }),
  pageFaults: one(6, UInt64Value, { pointer: true }),
  majorPageFaults: one(7, UInt64Value, { pointer: true }),
})
export interface MemoryUsage extends Shape<typeof memoryUsage> {}
export const MemoryUsage: Type<MemoryUsage> = object('runtime.v1.MemoryUsage', memoryUsage)

const containerAttributes = fields({
  id: string(1, { always: true }),
  metadata: one(2, ContainerMetadata, { pointer: true }),
  labels: stringMap(3, { always: true }),
  annotations: stringMap(4, { always: true }),
})
export interface ContainerAttributes extends Shape<typeof containerAttributes> {}
export const ContainerAttributes: Type<ContainerAttributes> = object(
  'runtime.v1.ContainerAttributes',
  containerAttributes,
)

const containerStats = fields({
  attributes: one(1, ContainerAttributes, { pointer: true }),
  cpu: one(2, CpuUsage, { pointer: true }),
  memory: one(3, MemoryUsage, { pointer: true }),
  writableLayer: one(4, FilesystemUsage, { pointer: true }),
})
export interface ContainerStats extends Shape<typeof containerStats> {}
export const ContainerStats: Type<ContainerStats> = object('runtime.v1.ContainerStats', containerStats)

const containerStatsFilter = fields({
  id: string(1, { always: true }),
  podSandboxId: string(2, { always: true }),
  labelSelector: stringMap(3, { always: true }),
})
export interface ContainerStatsFilter extends Shape<typeof containerStatsFilter> {}
export const ContainerStatsFilter: Type<ContainerStatsFilter> = object(
  'runtime.v1.ContainerStatsFilter',
  containerStatsFilter,
)

const listContainerStatsRequest = fields({
  filter: one(1, ContainerStatsFilter, { pointer: true }),
})
export interface ListContainerStatsRequest extends Shape<typeof listContainerStatsRequest> {}
export const ListContainerStatsRequest: Type<ListContainerStatsRequest> = object(
  'runtime.v1.ListContainerStatsRequest',
  listContainerStatsRequest,
)

const listContainerStatsResponse = fields({
  stats: list(1, ContainerStats, { always: true }),
})
export interface ListContainerStatsResponse extends Shape<typeof listContainerStatsResponse> {}
export const ListContainerStatsResponse: Type<ListContainerStatsResponse> = object(
  'runtime.v1.ListContainerStatsResponse',
  listContainerStatsResponse,
)
