import { fields, int32, list, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const volumeNodeResourcesFields = fields({
  /** Most volumes of the driver on the node. */
  count: int32(1, { pointer: true }),
})
export interface VolumeNodeResources extends Shape<typeof volumeNodeResourcesFields> {}
export const VolumeNodeResources: Type<VolumeNodeResources> = object(
  'io.k8s.api.storage.v1.VolumeNodeResources',
  volumeNodeResourcesFields,
)

const csiNodeDriverFields = fields({
  /** Name of the driver. */
  name: string(1, { always: true }),
  /** Name of the node as the driver knows it. */
  nodeID: string(2, { always: true }),
  /** Labels of the node that say where it is. */
  topologyKeys: strings(3, { always: true, listType: 'atomic' }),
  /** What of the driver the node has room for. */
  allocatable: one(4, VolumeNodeResources, { pointer: true }),
})
export interface CSINodeDriver extends Shape<typeof csiNodeDriverFields> {}
export const CSINodeDriver: Type<CSINodeDriver> = object('io.k8s.api.storage.v1.CSINodeDriver', csiNodeDriverFields)

const csiNodeSpecFields = fields({
  /** Drivers on the node. */
  drivers: list(1, CSINodeDriver, {
    always: true,
    patchStrategy: 'merge',
    mergeKey: 'name',
    listType: 'map',
    listKeys: ['name'],
  }),
})
export interface CSINodeSpec extends Shape<typeof csiNodeSpecFields> {}
export const CSINodeSpec: Type<CSINodeSpec> = object('io.k8s.api.storage.v1.CSINodeSpec', csiNodeSpecFields)

const csiNodeFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the node has. */
  spec: one(2, CSINodeSpec, { always: true }),
})
export interface CSINode extends RootShape<typeof csiNodeFields> {}
export const CSINode: Type<CSINode> = root('io.k8s.api.storage.v1.CSINode', csiNodeFields)
export const CSINodeV1beta1: Type<CSINode> = root('io.k8s.api.storage.v1beta1.CSINode', csiNodeFields)

const csiNodeListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, CSINode, { always: true }),
})
export interface CSINodeList extends RootShape<typeof csiNodeListFields> {}
export const CSINodeList: Type<CSINodeList> = root('io.k8s.api.storage.v1.CSINodeList', csiNodeListFields)
