/**
 * A sorted map (B+ tree) whose copies cost nothing: a copy shares all nodes, and whoever changes a shared node
 * first makes its own. Nodes that nobody shares are changed in place.
 */
export interface Tree<K, V> {
  readonly size: number
  get(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): boolean
  /** Visits the entries in order from the first key not below `from`, until `visit` returns false. The tree must not change meanwhile. */
  scan(from: K | undefined, visit: (value: V, key: K) => boolean | undefined): void
  /** The entry with the lowest key. */
  first(): V | undefined
  /** An independent copy. */
  fork(): Tree<K, V>
}

/** Most keys of a leaf, most children of a branch. */
const width = 64

interface Leaf<K, V> {
  owner: object
  readonly keys: K[]
  readonly values: V[]
  readonly children?: undefined
}

/** `keys[i]` is not above any key of `children[i + 1]`, and above all of `children[i]`. */
interface Branch<K, V> {
  owner: object
  readonly keys: K[]
  readonly children: Node<K, V>[]
}

type Node<K, V> = Leaf<K, V> | Branch<K, V>

/** A node that became too wide leaves its upper half beside it. */
interface Split<K, V> {
  readonly key: K
  readonly node: Node<K, V>
}

/** An empty tree in the order of `compare`. */
export function createTree<K, V>(compare: (a: K, b: K) => number): Tree<K, V> {
  const owner = {}
  return grow<K, V>(compare, { owner, keys: [], values: [] }, 0, owner)
}

/** `owner` marks the nodes that only this tree knows. */
function grow<K, V>(compare: (a: K, b: K) => number, root: Node<K, V>, size: number, owner: object): Tree<K, V> {
  /** The place of the first key not below `key`. */
  const lower = (keys: K[], key: K) => {
    let low = 0
    let high = keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(keys[middle] as K, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  /** The child that may hold `key`. */
  const childOf = (branch: Branch<K, V>, key: K) => {
    const place = lower(branch.keys, key)
    return place < branch.keys.length && compare(branch.keys[place] as K, key) === 0 ? place + 1 : place
  }
  const own = <N extends Node<K, V>>(node: N): N => {
    if (node.owner === owner) return node
    const copy = node.children
      ? { owner, keys: node.keys.slice(), children: node.children.slice() }
      : { owner, keys: node.keys.slice(), values: node.values.slice() }
    return copy as Node<K, V> as N
  }

  /** Both take a node of our own. */
  const insert = (node: Node<K, V>, key: K, value: V): Split<K, V> | undefined => {
    if (!node.children) {
      const place = lower(node.keys, key)
      if (place < node.keys.length && compare(node.keys[place] as K, key) === 0) {
        node.values[place] = value
        return undefined
      }
      size++
      node.keys.splice(place, 0, key)
      node.values.splice(place, 0, value)
      if (node.keys.length <= width) return undefined
      // Keys that only ever grow fill their leaves to the brim.
      const half = place === width ? width : width >> 1
      const keys = node.keys.splice(half)
      return { key: keys[0] as K, node: { owner, keys, values: node.values.splice(half) } }
    }
    const place = childOf(node, key)
    const child = own(node.children[place] as Node<K, V>)
    node.children[place] = child
    const split = insert(child, key, value)
    if (!split) return undefined
    node.keys.splice(place, 0, split.key)
    node.children.splice(place + 1, 0, split.node)
    if (node.children.length <= width) return undefined
    const half = place === width - 1 ? width : width >> 1
    const children = node.children.splice(half)
    const keys = node.keys.splice(half)
    const middle = node.keys.pop() as K
    return { key: middle, node: { owner, keys, children } }
  }

  const remove = (node: Node<K, V>, key: K): boolean => {
    if (!node.children) {
      const place = lower(node.keys, key)
      if (place === node.keys.length || compare(node.keys[place] as K, key) !== 0) return false
      node.keys.splice(place, 1)
      node.values.splice(place, 1)
      size--
      return true
    }
    const place = childOf(node, key)
    const child = own(node.children[place] as Node<K, V>)
    node.children[place] = child
    if (!remove(child, key)) return false
    if (breadth(child) < width >> 2) {
      if (place > 0) merge(node, place - 1)
      else if (node.children.length > 1) merge(node, 0)
    }
    return true
  }
  /** Joins a child with its right neighbour, if they fit into one node. */
  const merge = (parent: Branch<K, V>, place: number) => {
    const right = parent.children[place + 1] as Node<K, V>
    if (breadth(parent.children[place] as Node<K, V>) + breadth(right) > width) return
    const left = own(parent.children[place] as Node<K, V>)
    parent.children[place] = left
    const [key] = parent.keys.splice(place, 1)
    parent.children.splice(place + 1, 1)
    if (left.children && right.children) {
      left.keys.push(key as K, ...right.keys)
      left.children.push(...right.children)
    } else if (!left.children && !right.children) {
      left.keys.push(...right.keys)
      left.values.push(...right.values)
    }
  }

  const walk = (node: Node<K, V>, from: K | undefined, visit: (value: V, key: K) => boolean | undefined): boolean => {
    if (!node.children) {
      for (let i = from === undefined ? 0 : lower(node.keys, from); i < node.keys.length; i++) {
        if (visit(node.values[i] as V, node.keys[i] as K) === false) return false
      }
      return true
    }
    for (let i = from === undefined ? 0 : childOf(node, from); i < node.children.length; i++) {
      if (!walk(node.children[i] as Node<K, V>, from, visit)) return false
      from = undefined
    }
    return true
  }

  return {
    get size() {
      return size
    },
    get(key) {
      let node = root
      while (node.children) node = node.children[childOf(node, key)] as Node<K, V>
      const place = lower(node.keys, key)
      return place < node.keys.length && compare(node.keys[place] as K, key) === 0 ? node.values[place] : undefined
    },
    set(key, value) {
      root = own(root)
      const split = insert(root, key, value)
      if (split) root = { owner, keys: [split.key], children: [root, split.node] }
    },
    delete(key) {
      root = own(root)
      const removed = remove(root, key)
      while (root.children?.length === 1) root = root.children[0] as Node<K, V>
      return removed
    },
    scan: (from, visit) => void walk(root, from, visit),
    first() {
      let found: V | undefined
      walk(root, undefined, value => {
        found = value
        return false
      })
      return found
    },
    fork() {
      owner = {}
      return grow(compare, root, size, {})
    },
  }
}

const breadth = (node: Node<unknown, unknown>) => node.children?.length ?? node.keys.length
