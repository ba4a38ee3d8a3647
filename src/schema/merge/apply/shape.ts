import { slotsOf, typeOf } from '../../codec/layout.ts'
import type { Structural } from '../../structural.ts'
import type { Field, ObjectType, Type } from '../../types.ts'
import { isPlainObject } from '../plain.ts'
import { type Element, fieldElement } from './element.ts'

/** What a scalar may be; `untyped` is any of them. */
export type ScalarShape = 'string' | 'numeric' | 'boolean' | 'untyped'

export interface ListShape {
  /** One value as a whole: who sets it sets all of it. */
  readonly atomic: boolean
  /** The fields that tell elements apart; empty in a set of scalars. */
  readonly keys: readonly string[]
  readonly of: Shape
}

export interface FieldShape {
  readonly shape: Shape
  readonly element: Element
  /** What stands where nothing is given. */
  readonly default?: unknown
}

export interface MapShape {
  readonly atomic: boolean
  readonly fields: ReadonlyMap<string, FieldShape>
  /** The same by the element of the field. */
  readonly byElement: ReadonlyMap<Element, FieldShape>
  /** What other keys hold; absent: there are no others. */
  readonly rest: Shape | undefined
}

/**
 * How server-side apply sees the values of a type: which parts are one value, which are merged, and by what. A value that
 * may be of several forms has several; which one it is, the value tells. Upstream's structured-merge-diff schema.
 */
export interface Shape {
  readonly scalar?: ScalarShape
  readonly list?: ListShape
  readonly map?: MapShape
}

/** Any value, taken as one. */
export const atomicShape: Shape = anything(true)
/** Any value: objects merge key by key, lists are one value. */
export const deducedShape: Shape = anything(false)

function anything(atomic: boolean): Shape {
  const shape: Shape = {
    scalar: 'untyped',
    get list() {
      return list
    },
    get map() {
      return map
    },
  }
  const list: ListShape = {
    atomic: true,
    keys: [],
    get of() {
      return atomicShape
    },
  }
  const map: MapShape = { atomic, fields: new Map(), byElement: new Map(), rest: shape }
  return shape
}

/** Whether nothing is said of the objects of this shape: all that is in them is deduced. */
export const isDeduced = (shape: Shape): boolean => shape.map?.fields.size === 0 && shape.map.rest === deducedShape

/** What is said about how a value merges. */
type Merging = Pick<Field, 'listType' | 'listKeys' | 'mapType' | 'mergeKey' | 'patchStrategy'>

const shapes = new WeakMap<Type, Shape>()
/** Of types below one that keeps the fields it does not have. */
const preservingShapes = new WeakMap<Type, Shape>()
/** Of fields that say something about the merging of their values. */
const fieldShapes = new WeakMap<Field, Shape>()

/** The shape of a type's values; made once. */
export const shapeOf = (type: Type): Shape => typeShape(type, false)

function typeShape(type: Type, inherited: boolean): Shape {
  const { structural } = type
  const preserves =
    structural !== undefined && (inherited || structural['x-kubernetes-preserve-unknown-fields'] === true)
  const cache = preserves ? preservingShapes : shapes
  const known = cache.get(type)
  if (known) return known
  const made = build(type, structural ? structuralMerging(structural) : {}, preserves)
  cache.set(type, made)
  return made
}

function fieldShape(field: Field, preserves: boolean): Shape {
  const type = typeOf(field)
  const silent = type.form === 'scalar' || (type.form === 'object' && field.mapType === undefined)
  if (silent || type.structural) return typeShape(type, preserves)
  const known = fieldShapes.get(field)
  if (known) return known
  const made = build(type, field, preserves)
  fieldShapes.set(field, made)
  return made
}

function structuralMerging(schema: Structural): Merging {
  return {
    listType: schema['x-kubernetes-list-type'],
    listKeys: schema['x-kubernetes-list-map-keys'],
    mapType: schema['x-kubernetes-map-type'],
  } as Merging
}

function build(type: Type, merging: Merging, preserves: boolean): Shape {
  if (type.form === 'scalar') return scalarShape(type)
  if (type.form === 'map') {
    const of = () => typeShape(type.of, preserves)
    return { map: lazyMap(merging.mapType === 'atomic', () => noFields, of) }
  }
  if (type.form === 'list') return { list: listShape(type.of, merging, preserves) }
  const atomic = merging.mapType === undefined ? type.atomic : merging.mapType === 'atomic'
  // Where no field is named, all there are go.
  const rest = () => (preserves || slotsOf(type).length === 0 ? deducedShape : undefined)
  return { map: lazyMap(atomic, () => fieldsOf(type, preserves), rest) }
}

function scalarShape({ scalar, structural }: Extract<Type, { form: 'scalar' }>): Shape {
  if (scalar.json && !structural) return scalar.json === 'atomic' ? atomicShape : deducedShape
  const { type, format = '' } = structural ?? scalar.openapi
  if (type === 'integer' || type === 'number') return { scalar: 'numeric' }
  if (type === 'boolean') return { scalar: 'boolean' }
  if (type === 'string') return { scalar: format === '' || format === 'byte' ? 'string' : 'untyped' }
  return structural ? deducedShape : { scalar: 'untyped' }
}

function listShape(of: Type, merging: Merging, preserves: boolean): ListShape {
  const { listType, listKeys = [], mergeKey, patchStrategy = '' } = merging
  const merges = mergeKey !== undefined || patchStrategy.split(',').includes('merge')
  const keys = listType !== undefined ? listKeys : mergeKey === undefined ? [] : [mergeKey]
  return {
    atomic: listType === undefined ? !merges : listType === 'atomic',
    keys: [...keys].sort(),
    get of() {
      return typeShape(of, preserves)
    },
  }
}

const noFields: ReadonlyMap<string, FieldShape> = new Map()

/** Types may hold themselves: what is inside is made when it is looked at. */
function lazyMap(
  atomic: boolean,
  makeFields: () => ReadonlyMap<string, FieldShape>,
  makeRest: () => Shape | undefined,
): MapShape {
  let fields: ReadonlyMap<string, FieldShape> | undefined
  let byElement: ReadonlyMap<Element, FieldShape> | undefined
  let rest: { readonly shape: Shape | undefined } | undefined
  return {
    atomic,
    get fields() {
      fields ??= makeFields()
      return fields
    },
    get byElement() {
      byElement ??= new Map([...this.fields.values()].map(field => [field.element, field]))
      return byElement
    },
    get rest() {
      rest ??= { shape: makeRest() }
      return rest.shape
    },
  }
}

const text: Shape = { scalar: 'string' }

function fieldsOf(type: ObjectType, preserves: boolean): ReadonlyMap<string, FieldShape> {
  const fields = new Map<string, FieldShape>()
  if (type.root)
    for (const name of ['apiVersion', 'kind']) fields.set(name, { shape: text, element: fieldElement(name) })
  for (const { name, field } of slotsOf(type)) {
    const inner = typeOf(field)
    const given =
      field.default ?? (field.presence === 'always' && inner.form === 'scalar' ? inner.scalar.zero : undefined)
    let shape: Shape | undefined
    fields.set(name, {
      element: fieldElement(name),
      get shape() {
        shape ??= fieldShape(field, preserves)
        return shape
      },
      ...(given === undefined ? {} : { default: given }),
    })
  }
  return fields
}

/** What a value is taken as: the part of the shape for values of its form, else the first there is. */
export function formOf(shape: Shape, value: unknown): 'map' | 'scalar' | 'list' {
  if (Array.isArray(value)) {
    if (shape.list) return 'list'
  } else if (isPlainObject(value)) {
    if (shape.map) return 'map'
  } else if (value !== null && value !== undefined && shape.scalar) return 'scalar'
  return shape.map ? 'map' : shape.scalar ? 'scalar' : 'list'
}

/** What a key of a map holds; undefined: there is no such key. */
export function fieldAt(map: MapShape, key: string): FieldShape | undefined {
  const field = map.fields.get(key)
  if (field) return field
  return map.rest && { shape: map.rest, element: fieldElement(key) }
}

/** The shape of what an element leads to; undefined: the shape has nothing there. */
export function shapeBelow({ map, list }: Shape, element: Element): Shape | undefined {
  if (element.charCodeAt(0) !== letterF) return list?.of
  return map && (map.byElement.get(element)?.shape ?? map.rest)
}

const letterF = 0x66
