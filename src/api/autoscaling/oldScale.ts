import { fields, int32, object, one, root, string, stringMap } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { parseLabelSelector } from '../meta/selectors.ts'
import type { Scale } from './scale.ts'

const scaleSpec = fields({
  /** How many there should be. */
  replicas: int32(1, { default: 0 }),
})

const scaleStatus = fields({
  /** How many there are. */
  replicas: int32(1, { always: true }),
  /** Labels of the pods, where nothing but labels selects them. */
  selector: stringMap(2),
  /** What selects the pods, as text. */
  targetSelector: string(3),
})

const parts = <S, T>(spec: Type<S>, status: Type<T>) =>
  fields({
    /** Name, labels and the rest that every object has. */
    metadata: one(1, ObjectMeta, { always: true }),
    /** What is wanted. */
    spec: one(2, spec, { always: true }),
    /** What was seen last. */
    status: one(3, status, { always: true }),
  })

/** What `scale` showed before there was the one of autoscaling/v1. */
export interface OldScale
  extends RootShape<ReturnType<typeof parts<Shape<typeof scaleSpec>, Shape<typeof scaleStatus>>>> {}

const oldScale = (name: string): Type<OldScale> =>
  root(
    `io.k8s.api.${name}.Scale`,
    parts(
      object<Shape<typeof scaleSpec>>(`io.k8s.api.${name}.ScaleSpec`, scaleSpec),
      object<Shape<typeof scaleStatus>>(`io.k8s.api.${name}.ScaleStatus`, scaleStatus),
    ),
  )

/** Versions whose `scale` has a kind of its own. */
export const oldScales: Readonly<Record<string, Type<OldScale>>> = {
  'extensions/v1beta1': oldScale('extensions.v1beta1'),
  'apps/v1beta1': oldScale('apps.v1beta1'),
  'apps/v1beta2': oldScale('apps.v1beta2'),
}

/** A Scale as those versions tell it. */
export function oldScaleOf(apiVersion: string, { metadata, spec, status }: Scale): OldScale {
  const { replicas, selector: text } = status
  const conditions = parseLabelSelector(text ?? '')
  const labels = conditions.map(({ key, operator, values }) => [key, operator === '=' ? values[0] : undefined] as const)
  const selector = labels.every(([, value]) => value !== undefined) ? Object.fromEntries(labels) : undefined
  return {
    apiVersion,
    kind: 'Scale',
    metadata,
    spec,
    status: {
      replicas,
      ...(labels.length > 0 && selector ? { selector: selector as Record<string, string> } : {}),
      ...(text ? { targetSelector: text } : {}),
    },
  }
}
