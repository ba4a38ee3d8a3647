/** Values of late, by revision, so that what is changed again need not be read from the disk: the oldest go first. */
export interface Recent {
  get(revision: number): Uint8Array | undefined
  set(revision: number, value: Uint8Array): void
  delete(revision: number): void
}

/** Keeps at most so many bytes of values. */
export function createRecent(capacity: number): Recent {
  const values = new Map<number, Uint8Array>()
  /** Stands at the oldest: a walk from the start would meet the gaps of all that were removed. */
  let oldest = values.keys()
  let bytes = 0
  const remove = (revision: number) => {
    const value = values.get(revision)
    if (!value) return
    bytes -= value.length
    values.delete(revision)
  }
  return {
    get: revision => values.get(revision),
    set(revision, value) {
      remove(revision)
      values.set(revision, value)
      bytes += value.length
      while (bytes > capacity) {
        const { value: first, done } = oldest.next()
        if (done) oldest = values.keys()
        else remove(first)
      }
    },
    delete: remove,
  }
}
