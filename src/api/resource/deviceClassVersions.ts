import { root } from '../../schema/fields.ts'
import type { Type } from '../../schema/types.ts'
import type { ServedVersion } from '../resource.ts'
import { renamedVersion } from '../versions.ts'
import { type DeviceClass, deviceClassFields } from './deviceClassType.ts'
import { deprecation, group, stored } from './versions.ts'

/** Versions of DeviceClass from before v1: they differ by name alone. */

export const DeviceClassV1beta2: Type<DeviceClass> = root('io.k8s.api.resource.v1beta2.DeviceClass', deviceClassFields)
export const DeviceClassV1beta1: Type<DeviceClass> = root('io.k8s.api.resource.v1beta1.DeviceClass', deviceClassFields)

export const deviceClassVersions: readonly ServedVersion<DeviceClass>[] = [
  renamedVersion(`${group}/v1beta2`, stored, DeviceClassV1beta2, {
    deprecation: deprecation('v1beta2', 'DeviceClass'),
  }),
  renamedVersion(`${group}/v1beta1`, stored, DeviceClassV1beta1, {
    deprecation: deprecation('v1beta1', 'DeviceClass'),
  }),
]
