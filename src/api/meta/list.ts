import { fields, list, one, root } from '../../schema/fields.ts'
import { rawExtension } from '../../schema/scalars/raw.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { ListMeta } from './objectMeta.ts'

const listFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, rawExtension, { always: true }),
})
export interface List extends RootShape<typeof listFields> {}
export const List: Type<List> = root('io.k8s.apimachinery.pkg.apis.meta.v1.List', listFields)
