import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scan } from './scanComments.ts'

const text = `
import { string } from 'x'
// not this: fields({ a: 1 })
const part = fields({
  /** The name. */
  name: string(1, { rule: matches('}') }),
  /**
   * Where it comes from;
   * may be \`empty\`.
   */
  image: one(2, () => Other, { default: { a: 'b' } }),
  silent: bool(3),
})
/** A part of it. */
export interface Part extends Shape<typeof part> {}
export const Part: Type<Part> = object('io.k8s.api.core.v1.Part', part, { atomic: true })

const { image: _, ...rest } = part
const specOf = (size: number) =>
  fields({
    ...rest,
    /** How many. */
    size: int32(4, { default: size }),
  })
/** All of it. */
export const Whole: Type<Whole> = root('io.k8s.api.core.v1.Whole', {
  ...part,
  /** Another name. */
  name: string(1),
  spec: one(2, object<Spec>(\`io.k8s.api.\${version}.WholeSpec\`, specOf(3)), { always: true }),
})
/** Inline. */
export const Inline: Type<unknown> = object('io.k8s.api.core.v1.Inline', fields({
  /** Yes. */
  'odd-name': string(1),
}))
`
const scalars = `
/** An amount. */
export const quantity: Type<string> = {
  form: 'scalar',
  scalar: { definition: 'io.k8s.apimachinery.Quantity' },
}
`

test('comments are found by definition and field', async t => {
  const comments = scan([
    { path: 'a.ts', text },
    { path: 'scalars/b.ts', text: scalars },
    { path: 'c.ts', text: `const more = fields({ ...part })\nexport const More = object('io.k8s.More', more)` },
  ])
  const cases: [definition: string, field: string | undefined, comment: string | undefined][] = [
    ['io.k8s.api.core.v1.Part', undefined, 'A part of it.'],
    ['io.k8s.api.core.v1.Part', 'name', 'The name.'],
    ['io.k8s.api.core.v1.Part', 'image', 'Where it comes from; may be `empty`.'],
    ['io.k8s.api.core.v1.Part', 'silent', undefined],
    ['io.k8s.api.core.v1.Part', 'other', undefined],
    ['io.k8s.api.core.v1.Whole', undefined, 'All of it.'],
    ['io.k8s.api.core.v1.Whole', 'name', 'Another name.'],
    ['io.k8s.api.core.v1.Whole', 'image', 'Where it comes from; may be `empty`.'],
    ['io.k8s.api.apps.v1beta1.WholeSpec', 'size', 'How many.'],
    ['io.k8s.api.apps.v1beta1.WholeSpec', 'name', 'The name.'],
    ['io.k8s.api.core.v1.Inline', 'odd-name', 'Yes.'],
    ['io.k8s.More', 'name', 'The name.'],
    ['io.k8s.apimachinery.Quantity', undefined, 'An amount.'],
    ['io.k8s.Unknown', undefined, undefined],
  ]
  for (const [definition, field, comment] of cases) {
    await t.test(`${definition} ${field ?? ''}`, () => assert.equal(comments(definition, field), comment))
  }
})
