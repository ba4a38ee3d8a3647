import type { KubeObject, ObjectMeta } from './meta/objectMeta.ts'
import type { Changes, ViewSubresource } from './resource.ts'

type WithStatus = KubeObject & { status: object }

/**
 * Changes of a kind whose status is written only through its `status` view: a new object gets `empty`, an update keeps
 * what stands there. `more` comes after.
 */
export const statusApart = <T extends WithStatus>(empty: () => T['status'], more: Changes<T> = {}): Changes<T> => ({
  ...more,
  create(object, context) {
    object.status = empty()
    more.create?.(object, context)
  },
  update(object, old, context) {
    object.status = old.status
    more.update?.(object, old, context)
  },
})

/** What stays of the metadata with `keepMetadata`: upstream's `ResetObjectMetaForStatus`. */
const kept = [
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
  'deletionTimestamp',
  'generation',
  'selfLink',
] as const

function keptMetadata(metadata: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const result = { ...metadata }
  for (const name of kept) {
    if (old[name] === undefined) delete result[name]
    else Object.assign(result, { [name]: old[name] })
  }
  return result
}

/**
 * The `status` view: everything but status and metadata stays as it was. With `keepLabels` labels stay too, with
 * `keepMetadata` all that a writer could set of the metadata.
 */
export const statusView = <T extends WithStatus & { spec: object }>(
  options: Omit<ViewSubresource<T>, 'form' | 'update'> & {
    readonly keepLabels?: true
    readonly keepMetadata?: true
  } = {},
): ViewSubresource<T> => {
  const { keepLabels, keepMetadata, ...rest } = options
  return {
    form: 'view',
    ...(keepLabels ? { resets: [['spec'], ['metadata', 'labels']] } : {}),
    ...(keepMetadata ? { resets: [['spec'], ['metadata']] } : {}),
    ...rest,
    update(object, old) {
      object.spec = old.spec
      if (keepLabels) object.metadata = { ...object.metadata, labels: old.metadata.labels }
      if (keepMetadata) object.metadata = keptMetadata(object.metadata, old.metadata)
    },
  }
}
