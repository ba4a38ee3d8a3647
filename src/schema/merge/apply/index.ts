export { wrongWith } from './check.ts'
export { type Comparison, compare } from './compare.ts'
export { createdFields } from './created.ts'
export {
  along,
  difference,
  type FieldSet,
  has,
  intersection,
  isEmpty,
  leaf,
  type Path,
  pathsOf,
  printPath,
  readSet,
  setOf,
  sorted,
  union,
} from './fieldSet.ts'
export { reconciled } from './follow.ts'
export { merge } from './merge.ts'
export { remove } from './remove.ts'
export { fieldsIn } from './set.ts'
export { type Shape, shapeOf } from './shape.ts'
export {
  type Applied,
  applied,
  type Conflict,
  ConflictError,
  type ManagedSet,
  type Managers,
  type Told,
  type Updated,
  updated,
  type Versions,
} from './updater.ts'
