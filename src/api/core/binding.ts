import { fields, one, root } from '../../schema/fields.ts'
import { notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, RootShape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { ObjectReference } from './references.ts'

const binding = fields({
  /** Name and namespace of the pod. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Node the pod goes to. */
  target: one(2, ObjectReference, { always: true, required: true }),
})
export interface Binding extends RootShape<typeof binding> {}
export const Binding: Type<Binding> = root('io.k8s.api.core.v1.Binding', binding)

/** Rules of a binding. Of upstream's ValidatePodBinding. */
export function bindingRules({ target }: Binding): readonly FieldError[] {
  const path = at('target')
  const errors: FieldError[] = []
  if (target.kind && target.kind !== 'Node')
    errors.push(notSupported(path.child('kind'), target.kind, ['Node', '<empty>']))
  if (!target.name) errors.push(required(path.child('name')))
  return errors
}

/** Puts a pod on a node. Nothing is stored but in the pod. */
export const bindings = resource<Binding>({
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  namespaced: true,
  type: Binding,
  verbs: ['create'],
  virtual: true,
  rules: bindingRules,
})
