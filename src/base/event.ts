/** Tells whoever listens, in the order they came. */
export interface Emitter<T> {
  readonly listeners: number
  /** Hears every later event until the returned function is called. A listener must not throw. */
  on(listener: (event: T) => void): () => void
  emit(event: T): void
}

/** An emitter without listeners. */
export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<{ readonly hear: (event: T) => void }>()
  return {
    get listeners() {
      return listeners.size
    },
    on(hear) {
      // An entry of its own, so that the same function may listen twice.
      const entry = { hear }
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    emit(event) {
      for (const { hear } of [...listeners]) hear(event)
    },
  }
}
