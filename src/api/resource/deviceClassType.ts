import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { DeviceConfiguration, DeviceSelector } from '../resource/deviceType.ts'

const deviceClassConfigurationFields = fields({})
export interface DeviceClassConfiguration extends Shape<typeof deviceClassConfigurationFields>, DeviceConfiguration {}
export const DeviceClassConfiguration: Type<DeviceClassConfiguration> = object(
  'io.k8s.api.resource.v1.DeviceClassConfiguration',
  {
    ...deviceClassConfigurationFields,
    deviceConfiguration: one(1, DeviceConfiguration, { always: true, inline: true }),
  },
)

const deviceClassSpecFields = fields({
  /** Conditions on devices of the class. */
  selectors: list(1, DeviceSelector, { listType: 'atomic' }),
  /** Configuration of devices of the class. */
  config: list(2, DeviceClassConfiguration, { listType: 'atomic' }),
  /** Name of an extended resource that the class stands behind. */
  extendedResourceName: string(4, { pointer: true }),
})
export interface DeviceClassSpec extends Shape<typeof deviceClassSpecFields> {}
export const DeviceClassSpec: Type<DeviceClassSpec> = object(
  'io.k8s.api.resource.v1.DeviceClassSpec',
  deviceClassSpecFields,
)

export const deviceClassFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the class means. */
  spec: one(2, DeviceClassSpec, { always: true }),
})
export interface DeviceClass extends RootShape<typeof deviceClassFields> {}
export const DeviceClass: Type<DeviceClass> = root('io.k8s.api.resource.v1.DeviceClass', deviceClassFields)

const deviceClassListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, DeviceClass, { always: true }),
})
export interface DeviceClassList extends RootShape<typeof deviceClassListFields> {}
export const DeviceClassList: Type<DeviceClassList> = root(
  'io.k8s.api.resource.v1.DeviceClassList',
  deviceClassListFields,
)
