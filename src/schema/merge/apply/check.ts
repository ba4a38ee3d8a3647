import { goPrint, isPlainObject } from '../plain.ts'
import { fieldElement, printElement } from './element.ts'
import { itemElement } from './items.ts'
import { fieldAt, formOf, type ListShape, type MapShape, type Shape } from './shape.ts'

/** What is wrong with a value that is to be applied, in upstream's words; undefined: nothing. Duplicates are wrong unless allowed. */
export function wrongWith(shape: Shape, value: unknown, allowDuplicates = false): string | undefined {
  const problems: string[] = []
  walk(shape, value, '', { problems, allowDuplicates })
  return problems.length > 1 ? ['errors:', ...problems.map(text => `  ${text}`)].join('\n') : problems[0]
}

interface Found {
  readonly problems: string[]
  readonly allowDuplicates: boolean
}

const most = 100
const tell = ({ problems }: Found, path: string, text: string) => {
  if (problems.length < most) problems.push(path === '' ? text : `${path}: ${text}`)
}

function walk(shape: Shape, value: unknown, path: string, found: Found): void {
  if (value === null || value === undefined) return
  const form = formOf(shape, value)
  if (form === 'scalar') {
    const text = wrongScalar(shape, value)
    if (text) tell(found, path, text)
  } else if (form === 'list') walkList(shape.list as ListShape, value, path, found)
  else walkMap(shape.map as MapShape, value, path, found)
}

function wrongScalar({ scalar }: Shape, value: unknown): string | undefined {
  const kind = typeof value
  if (scalar === 'numeric')
    return kind === 'number' ? undefined : `expected numeric (int or float), got ${goKind(value)}`
  if (scalar === 'string') return kind === 'string' ? undefined : `expected string, got ${described(value)}`
  if (scalar === 'boolean') return kind === 'boolean' ? undefined : `expected boolean, got ${described(value)}`
  return kind === 'object' ? `expected any scalar, got ${described(value)}` : undefined
}

const goKind = (value: unknown): string => {
  if (Array.isArray(value)) return '[]interface {}'
  if (isPlainObject(value)) return 'map[string]interface {}'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** A value in the words of upstream's errors, which tell what carries it. */
const described = (value: unknown): string => `&value.valueUnstructured{Value:${goPrint(value)}}`

function walkList(list: ListShape, value: unknown, path: string, found: Found): void {
  if (!Array.isArray(value)) {
    tell(found, path, `expected list, got ${described(value)}`)
    return
  }
  const seen = new Set<string>()
  for (const [at, item] of (value as unknown[]).entries()) {
    let here = `${path}[${at}]`
    if (!list.atomic) {
      try {
        const element = itemElement(list, item)
        here = path + printElement(element)
        if (seen.has(element) && !found.allowDuplicates)
          tell(found, path, `duplicate entries for key ${printElement(element)}`)
        seen.add(element)
      } catch (error) {
        tell(found, path, `element ${at}: ${(error as Error).message}`)
        return
      }
    }
    walk(list.of, item, here, found)
  }
}

function walkMap(map: MapShape, value: unknown, path: string, found: Found): void {
  if (!isPlainObject(value)) {
    tell(found, path, `expected map, got ${described(value)}`)
    return
  }
  for (const key in value) {
    const field = fieldAt(map, key)
    const here = path + printElement(fieldElement(key))
    if (!field) {
      tell(found, here, 'field not declared in schema')
      return
    }
    walk(field.shape, value[key], here, found)
  }
}
