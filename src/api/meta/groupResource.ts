import { fields, object, string } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'

const groupResourceFields = fields({
  /** Group of the kind. */
  group: string(1, { always: true }),
  /** Plural of the kind. */
  resource: string(2, { always: true }),
})
export interface GroupResource extends Shape<typeof groupResourceFields> {}
export const GroupResource: Type<GroupResource> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.GroupResource',
  groupResourceFields,
)
