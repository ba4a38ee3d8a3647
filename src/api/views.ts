import type { KubeObject } from './meta/objectMeta.ts'
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

/** The `status` view: everything but status and metadata stays as it was; labels stay too with `keepLabels`. */
export const statusView = <T extends WithStatus & { spec: object }>(
  options: Omit<ViewSubresource<T>, 'form' | 'update'> & { readonly keepLabels?: true } = {},
): ViewSubresource<T> => {
  const { keepLabels, ...rest } = options
  return {
    form: 'view',
    ...(keepLabels ? { resets: [['spec'], ['metadata', 'labels']] } : {}),
    ...rest,
    update(object, old) {
      object.spec = old.spec
      if (keepLabels) object.metadata = { ...object.metadata, labels: old.metadata.labels }
    },
  }
}
