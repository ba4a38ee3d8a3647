import { put } from '../codec/layout.ts'
import { equal } from '../derive/equal.ts'
import { PatchError } from './patchError.ts'
import { goKindOf, isPlainObject } from './plain.ts'

/** More operations than this are refused, and more bytes than that made by copying. */
export const mostOperations = 10_000
const mostCopiedBytes = 3 * 1024 * 1024

/**
 * A JSON patch (RFC 6902) applied to plain data, with upstream's words where it does not apply. Nothing given is
 * changed; the result shares what the patch does not touch. Throws a PatchError.
 */
export function applyJsonPatch(document: unknown, operations: unknown): unknown {
  if (operations === null) return document
  if (!Array.isArray(operations)) throw unreadable(operations, 'value of type []handlers.jsonPatchOp')
  if (operations.length > mostOperations) {
    const text = `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${operations.length}`
    throw new PatchError(413, text)
  }
  const target = new Target(document)
  for (const operation of operations as unknown[]) {
    if (!isPlainObject(operation)) throw unreadable(operation, 'value of type handlers.jsonPatchOp')
    for (const name of ['op', 'path', 'from'])
      if (typeof (operation[name] ?? '') !== 'string')
        throw unreadable(operation[name], `struct field jsonPatchOp.${name} of type string`)
    target.apply(operation)
  }
  return target.root
}

const unreadable = (value: unknown, into: string) =>
  new PatchError(400, `error decoding patch: json: cannot unmarshal ${goKindOf(value)} into Go ${into}`)

type Container = Record<string, unknown> | unknown[]

const fail = (message: string): never => {
  throw new PatchError(422, message)
}
const missing = 'missing value'

/** The document while it is patched: a container is copied at its first change, then changed in place. */
class Target {
  root: unknown
  readonly #own = new WeakSet<object>()
  #copiedBytes = 0

  constructor(root: unknown) {
    this.root = root
  }

  apply(operation: Readonly<Record<string, unknown>>): void {
    const { op, path, from } = operation
    const needs = (name: string, what: string, value: unknown): string =>
      typeof value === 'string' ? value : fail(`${name} operation failed to decode ${what}: ${missing}`)
    if (op === 'add') this.#add(needs('add', 'path', path), operation.value)
    else if (op === 'remove') this.#removeAt(needs('remove', 'path', path))
    else if (op === 'replace') this.#replace(needs('replace', 'path', path), operation.value)
    else if (op === 'test') this.#test(needs('test', 'path', path), operation.value)
    else if (op === 'move') this.#move(needs('move', 'from', from), needs('move', 'path', path))
    else if (op === 'copy') this.#copy(needs('copy', 'from', from), needs('copy', 'path', path))
    else fail(`Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}`)
  }

  /** The container that holds what a path names, and its key there. `change`: it will be written to. */
  #find(path: string, change: boolean): { readonly holder: Container; readonly key: string } | undefined {
    const parts = path.split('/')
    if (parts.length < 2) return undefined
    const keys = parts.slice(1).map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = keys.pop() as string
    if (!isContainer(this.root)) return undefined
    let holder: Container = change ? this.#owned(this.root) : this.root
    if (change) this.root = holder
    for (const key of keys) {
      const at = Array.isArray(holder) ? indexIn(key, holder.length) : key
      const next: unknown = typeof at === 'string' || typeof at === 'number' ? held(holder, at) : undefined
      if (!isContainer(next)) return undefined
      if (!change) holder = next
      else {
        const copy = this.#owned(next)
        set(holder, at as string | number, copy)
        holder = copy
      }
    }
    return { holder, key: last }
  }

  #owned(container: Container): Container {
    if (this.#own.has(container)) return container
    const copy = Array.isArray(container) ? [...container] : { ...container }
    this.#own.add(copy)
    return copy
  }

  #add(path: string, value: unknown): void {
    const found =
      this.#find(path, true) ?? fail(`add operation does not apply: doc is missing path: "${path}": ${missing}`)
    insert(found.holder, found.key, value ?? null, why => `error in add for path: '${path}': ${why}`)
  }

  #removeAt(path: string): void {
    const found =
      this.#find(path, true) ?? fail(`remove operation does not apply: doc is missing path: "${path}": ${missing}`)
    removeFrom(found.holder, found.key, why => `error in remove for path: '${path}': ${why}`)
  }

  #replace(path: string, value: unknown): void {
    if (path === '') {
      this.root = isContainer(value) ? value : fail('replace operation value must be object or array: %!w(<nil>)')
      return
    }
    const { holder, key } =
      this.#find(path, true) ?? fail(`replace operation does not apply: doc is missing path: ${path}: ${missing}`)
    if (!Array.isArray(holder)) {
      put(holder, key, value ?? null)
      return
    }
    const index = indexIn(key, holder.length)
    if (typeof index === 'number') holder[index] = value ?? null
    else fail(`replace operation does not apply: doc is missing key: ${path}: ${missing}`)
  }

  #test(path: string, value: unknown): void {
    const failed = `testing value ${path} failed: test failed`
    if (path === '') {
      if (!equal(this.root, value ?? null)) fail(failed)
      return
    }
    const found = this.#find(path, false) ?? fail(`test operation does not apply: is missing path: ${path}: ${missing}`)
    const actual = valueAt(found.holder, found.key, why => `error in test for path: '${path}': ${why}`)
    if (!equal(actual ?? null, value ?? null)) fail(failed)
  }

  #move(from: string, path: string): void {
    const source =
      this.#find(from, true) ?? fail(`move operation does not apply: doc is missing from path: ${from}: ${missing}`)
    const explain = (why: string) => `error in move for path: '${source.key}': ${why}`
    const value = valueAt(source.holder, source.key, explain)
    removeFrom(source.holder, source.key, explain)
    const found =
      this.#find(path, true) ??
      fail(`move operation does not apply: doc is missing destination path: ${path}: ${missing}`)
    insert(found.holder, found.key, value, why => `error in move for path: '${path}': ${why}`)
  }

  #copy(from: string, path: string): void {
    const source =
      this.#find(from, false) ?? fail(`copy operation does not apply: doc is missing from path: ${from}: ${missing}`)
    const value = valueAt(source.holder, source.key, why => `error in copy for from: '${from}': ${why}`) ?? null
    const found =
      this.#find(path, true) ??
      fail(`copy operation does not apply: doc is missing destination path: ${path}: ${missing}`)
    const text = JSON.stringify(value)
    this.#copiedBytes += text.length
    if (this.#copiedBytes > mostCopiedBytes) {
      const sizes = `the accumulated size increase of copy is ${this.#copiedBytes}, exceeding the limit ${mostCopiedBytes}`
      fail(`Unable to complete the copy, ${sizes}`)
    }
    const explain = (why: string) => `error while adding value during copy: ${why}`
    insert(found.holder, found.key, JSON.parse(text) as unknown, explain)
  }
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

const held = (holder: Container, at: string | number): unknown =>
  Array.isArray(holder) ? holder[at as number] : Object.hasOwn(holder, at) ? holder[at as string] : undefined

function set(holder: Container, at: string | number, value: unknown): void {
  if (Array.isArray(holder)) holder[at as number] = value
  else put(holder, at as string, value)
}

/** The position a key names in a list of this length; from the end when negative. Otherwise what is wrong. */
function indexIn(key: string, length: number): number | { readonly wrong: string } {
  if (!/^[+-]?\d{1,18}$/.test(key)) return { wrong: `strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax` }
  const index = Number(key)
  if (index >= length || index < -length) {
    return { wrong: `Unable to access invalid index: ${index}: invalid index referenced` }
  }
  return index < 0 ? index + length : index
}

function valueAt(holder: Container, key: string, explain: (why: string) => string): unknown {
  if (!Array.isArray(holder)) return held(holder, key)
  const index = indexIn(key, holder.length)
  return typeof index === 'number' ? holder[index] : fail(explain(index.wrong))
}

function insert(holder: Container, key: string, value: unknown, explain: (why: string) => string): void {
  if (!Array.isArray(holder)) put(holder, key, value ?? null)
  else if (key === '-') holder.push(value)
  else {
    const index = indexIn(key, holder.length + 1)
    if (typeof index === 'number') holder.splice(index, 0, value)
    else {
      const why = index.wrong.startsWith('strconv')
        ? `value was not a proper array index: '${key}': ${index.wrong}`
        : index.wrong
      fail(explain(why))
    }
  }
}

function removeFrom(holder: Container, key: string, explain: (why: string) => string): void {
  if (!Array.isArray(holder)) {
    if (!Object.hasOwn(holder, key)) fail(explain(`Unable to remove nonexistent key: ${key}: ${missing}`))
    delete holder[key]
    return
  }
  const index = indexIn(key, holder.length)
  if (typeof index === 'number') holder.splice(index, 1)
  else fail(explain(index.wrong))
}
