import { bytes, fields, int32, int64, list, object, one, string, stringMap } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'

// What sandboxes and containers both use. Enums are numbers on the wire; their names are the constants below.

/** `runtime.v1.NamespaceMode`. */
export const namespaceMode = { pod: 0, container: 1, node: 2, target: 3 } as const
/** `runtime.v1.SecurityProfile.ProfileType`. */
export const profileType = { runtimeDefault: 0, unconfined: 1, localhost: 2 } as const
/** `runtime.v1.SupplementalGroupsPolicy`. */
export const supplementalGroupsPolicy = { Merge: 0, Strict: 1 } as const

const int64Value = fields({
  value: int64(1, { always: true }),
})
export interface Int64Value extends Shape<typeof int64Value> {}
export const Int64Value: Type<Int64Value> = object('runtime.v1.Int64Value', int64Value)

const uInt64Value = fields({
  value: int64(1, { always: true }),
})
export interface UInt64Value extends Shape<typeof uInt64Value> {}
export const UInt64Value: Type<UInt64Value> = object('runtime.v1.UInt64Value', uInt64Value)

const keyValue = fields({
  key: string(1, { always: true }),
  value: bytes(2, { always: true }),
})
export interface KeyValue extends Shape<typeof keyValue> {}
export const KeyValue: Type<KeyValue> = object('runtime.v1.KeyValue', keyValue)

const sELinuxOption = fields({
  user: string(1, { always: true }),
  role: string(2, { always: true }),
  type: string(3, { always: true }),
  level: string(4, { always: true }),
})
export interface SELinuxOption extends Shape<typeof sELinuxOption> {}
export const SELinuxOption: Type<SELinuxOption> = object('runtime.v1.SELinuxOption', sELinuxOption)

const securityProfile = fields({
  profileType: int32(1, { always: true }),
  localhostRef: string(2, { always: true }),
})
export interface SecurityProfile extends Shape<typeof securityProfile> {}
export const SecurityProfile: Type<SecurityProfile> = object('runtime.v1.SecurityProfile', securityProfile)

const iDMapping = fields({
  hostId: int32(1, { always: true }),
  containerId: int32(2, { always: true }),
  length: int32(3, { always: true }),
})
export interface IDMapping extends Shape<typeof iDMapping> {}
export const IDMapping: Type<IDMapping> = object('runtime.v1.IDMapping', iDMapping)

const userNamespace = fields({
  mode: int32(1, { always: true }),
  uids: list(2, IDMapping, { always: true }),
  gids: list(3, IDMapping, { always: true }),
})
export interface UserNamespace extends Shape<typeof userNamespace> {}
export const UserNamespace: Type<UserNamespace> = object('runtime.v1.UserNamespace', userNamespace)

const namespaceOption = fields({
  network: int32(1, { always: true }),
  pid: int32(2, { always: true }),
  ipc: int32(3, { always: true }),
  targetId: string(4, { always: true }),
  usernsOptions: one(5, UserNamespace, { pointer: true }),
})
export interface NamespaceOption extends Shape<typeof namespaceOption> {}
export const NamespaceOption: Type<NamespaceOption> = object('runtime.v1.NamespaceOption', namespaceOption)

const hugepageLimit = fields({
  pageSize: string(1, { always: true }),
  limit: int64(2, { always: true }),
})
export interface HugepageLimit extends Shape<typeof hugepageLimit> {}
export const HugepageLimit: Type<HugepageLimit> = object('runtime.v1.HugepageLimit', hugepageLimit)

const linuxContainerResources = fields({
  cpuPeriod: int64(1, { always: true }),
  cpuQuota: int64(2, { always: true }),
  cpuShares: int64(3, { always: true }),
  memoryLimitInBytes: int64(4, { always: true }),
  oomScoreAdj: int64(5, { always: true }),
  cpusetCpus: string(6, { always: true }),
  cpusetMems: string(7, { always: true }),
  hugepageLimits: list(8, HugepageLimit, { always: true }),
  unified: stringMap(9, { always: true }),
  memorySwapLimitInBytes: int64(10, { always: true }),
})
export interface LinuxContainerResources extends Shape<typeof linuxContainerResources> {}
export const LinuxContainerResources: Type<LinuxContainerResources> = object(
  'runtime.v1.LinuxContainerResources',
  linuxContainerResources,
)

const empty = fields({})
/** What calls without arguments send and calls without results answer. */
export interface Empty extends Shape<typeof empty> {}
export const Empty: Type<Empty> = object('runtime.v1.Empty', empty)
