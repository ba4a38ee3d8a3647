/** A priority queue whose items can be found, replaced and taken out by key. All changes cost O(log n). */
export interface Heap<K, T> {
  readonly size: number
  has(key: K): boolean
  get(key: K): T | undefined
  /** Adds the item, or replaces the one of the same key and moves it to its new place. */
  set(item: T): void
  /** Takes the item of this key out; undefined when there is none. */
  delete(key: K): T | undefined
  /** The first item by order, left in place. */
  peek(): T | undefined
  /** Takes the first item by order out. */
  pop(): T | undefined
  /** All items, in no order. */
  items(): T[]
  clear(): void
}

/** `before(a, b)`: whether `a` comes out before `b`. Give it a tie-breaker where equal items must keep an order. */
export function createHeap<K, T>(keyOf: (item: T) => K, before: (a: T, b: T) => boolean): Heap<K, T> {
  const heap: T[] = []
  const places = new Map<K, number>()

  const put = (place: number, item: T) => {
    heap[place] = item
    places.set(keyOf(item), place)
  }
  const up = (place: number) => {
    const item = heap[place] as T
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent] as T
      if (!before(item, above)) break
      put(place, above)
      place = parent
    }
    put(place, item)
    return place
  }
  const down = (place: number) => {
    const item = heap[place] as T
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as T, heap[child] as T)) child++
      if (!before(heap[child] as T, item)) break
      put(place, heap[child] as T)
      place = child
    }
    put(place, item)
  }
  const remove = (place: number) => {
    const item = heap[place] as T
    const last = heap.pop() as T
    places.delete(keyOf(item))
    if (place < heap.length) {
      heap[place] = last
      down(up(place))
    }
    return item
  }

  return {
    get size() {
      return heap.length
    },
    has: key => places.has(key),
    get(key) {
      const place = places.get(key)
      return place === undefined ? undefined : heap[place]
    },
    set(item) {
      const place = places.get(keyOf(item)) ?? heap.length
      heap[place] = item
      down(up(place))
    },
    delete(key) {
      const place = places.get(key)
      return place === undefined ? undefined : remove(place)
    },
    peek: () => heap[0],
    pop: () => (heap.length === 0 ? undefined : remove(0)),
    items: () => [...heap],
    clear() {
      heap.length = 0
      places.clear()
    },
  }
}
