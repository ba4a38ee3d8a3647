import { fields, int32, object, one, root, string } from '../../schema/fields.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import type { Column } from '../resource.ts'

const scaleSpec = fields({
  /** How many there should be. */
  replicas: int32(1, { default: 0 }),
})
export interface ScaleSpec extends Shape<typeof scaleSpec> {}
export const ScaleSpec: Type<ScaleSpec> = object('io.k8s.api.autoscaling.v1.ScaleSpec', scaleSpec)

const scaleStatus = fields({
  /** How many there are. */
  replicas: int32(1, { always: true }),
  /** Labels of the pods, as text. */
  selector: string(2),
})
export interface ScaleStatus extends Shape<typeof scaleStatus> {}
export const ScaleStatus: Type<ScaleStatus> = object('io.k8s.api.autoscaling.v1.ScaleStatus', scaleStatus)

const scale = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, ScaleSpec, { always: true }),
  /** What was seen last. */
  status: one(3, ScaleStatus, { always: true }),
})
export interface Scale extends RootShape<typeof scale> {}
export const Scale: Type<Scale> = root('io.k8s.api.autoscaling.v1.Scale', scale)

/** Rules of a Scale, as it is written to a `scale` subresource. */
export const scaleRules = ({ spec }: Scale): readonly FieldError[] =>
  (spec.replicas ?? 0) < 0 ? [invalid(at('spec', 'replicas'), spec.replicas, 'must be greater than or equal to 0')] : []

/** Columns of a Scale. */
export const scaleColumns: readonly Column<Scale>[] = [
  { ...nameColumn, format: undefined },
  {
    name: 'Desired',
    type: 'integer',
    description: 'How many there should be.',
    cell: ({ spec }) => spec.replicas ?? 0,
  },
  { name: 'Available', type: 'integer', description: 'How many there are.', cell: ({ status }) => status.replicas },
  ageColumn,
]
