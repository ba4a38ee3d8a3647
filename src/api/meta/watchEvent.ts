import { fields, object, one, string } from '../../schema/fields.ts'
import { rawExtension } from '../../schema/scalars/raw.ts'
import type { Shape, Type } from '../../schema/types.ts'

const watchEvent = fields({
  /** ADDED, MODIFIED, DELETED, BOOKMARK or ERROR. */
  type: string(1, { always: true }),
  /** The object after the change (before it, when deleted); a Status for ERROR. */
  object: one(2, rawExtension, { always: true }),
})
export interface WatchEvent extends Shape<typeof watchEvent> {}
export const WatchEvent: Type<WatchEvent> = object('io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent', watchEvent)
