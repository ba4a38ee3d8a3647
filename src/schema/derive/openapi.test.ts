import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bool,
  bytes,
  fields,
  int32,
  intOrString,
  list,
  map,
  object,
  one,
  oneOf,
  quantity,
  root,
  string,
  stringMap,
  strings,
  time,
} from '../fields.ts'
import { quantity as quantityType } from '../scalars/quantity.ts'
import type { Type } from '../types.ts'
import { openapiV3 } from './openapi.ts'

const Item: Type<unknown> = object('io.k8s.api.test.v1.Item', fields({ name: string(1, { always: true }) }), {
  atomic: true,
})
const Source: Type<unknown> = object('io.k8s.api.test.v1.Source', fields({ secret: one(1, Item, { pointer: true }) }))
const Spec: Type<unknown> = object(
  'io.k8s.api.test.v1.Spec',
  fields({
    text: string(1),
    number: int32(2, { always: true }),
    on: bool(3, { pointer: true, default: true }),
    policy: oneOf(4, ['Never', 'Always'], { default: 'Always' }),
    data: bytes(5, { always: true }),
    items: list(6, Item, { always: true, mergeKey: 'name', listType: 'map', listKeys: ['name'] }),
    loose: list(7, Item, { listType: 'atomic' }),
    names: strings(8, { patchStrategy: 'merge', listType: 'set' }),
    labels: stringMap(9, { mapType: 'atomic' }),
    sizes: map(10, quantityType),
    size: quantity(11),
    port: intOrString(12, { always: true }),
    at: time(13, { always: true, required: true }),
    optional: string(14, { always: true, required: false }),
    item: one(15, Item, { pointer: true }),
    self: one(16, (): Type<unknown> => Spec, { pointer: true }),
    source: one(17, Source, { always: true, inline: true }),
  }),
)
const Thing: Type<never> = root(
  'io.k8s.api.test.v1.Thing',
  fields({ spec: one(1, Spec, { always: true, required: true }) }),
)

test('a type becomes the schemas that upstream prints', () => {
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
  const texts: Record<string, string> = {
    'io.k8s.api.test.v1.Thing': 'A thing.',
    'io.k8s.api.test.v1.Thing spec': 'What is wanted.',
    'io.k8s.api.test.v1.Source secret': 'Where it comes from.',
  }
  const schemas = openapiV3([Thing], (name, field) => texts[field ? `${name} ${field}` : name])
  assert.deepEqual(schemas, {
    'io.k8s.api.test.v1.Item': {
      properties: { name: { default: '', type: 'string' } },
      required: ['name'],
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
    },
    'io.k8s.api.test.v1.Spec': {
      properties: {
        at: { allOf: [ref('io.k8s.apimachinery.pkg.apis.meta.v1.Time')] },
        data: { format: 'byte', type: 'string' },
        item: { allOf: [ref('io.k8s.api.test.v1.Item')] },
        items: {
          items: ref('io.k8s.api.test.v1.Item'),
          type: 'array',
          'x-kubernetes-list-map-keys': ['name'],
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-patch-merge-key': 'name',
          'x-kubernetes-patch-strategy': 'merge',
        },
        labels: { additionalProperties: { type: 'string' }, type: 'object', 'x-kubernetes-map-type': 'atomic' },
        loose: { items: ref('io.k8s.api.test.v1.Item'), type: 'array', 'x-kubernetes-list-type': 'atomic' },
        names: {
          items: { type: 'string' },
          type: 'array',
          'x-kubernetes-list-type': 'set',
          'x-kubernetes-patch-strategy': 'merge',
        },
        number: { default: 0, format: 'int32', type: 'integer' },
        on: { default: true, type: 'boolean' },
        optional: { default: '', type: 'string' },
        policy: { default: 'Always', enum: ['Always', 'Never'], type: 'string' },
        port: { allOf: [ref('io.k8s.apimachinery.pkg.util.intstr.IntOrString')] },
        secret: { description: 'Where it comes from.', allOf: [ref('io.k8s.api.test.v1.Item')] },
        self: { allOf: [ref('io.k8s.api.test.v1.Spec')] },
        size: { allOf: [ref('io.k8s.apimachinery.pkg.api.resource.Quantity')] },
        sizes: { additionalProperties: ref('io.k8s.apimachinery.pkg.api.resource.Quantity'), type: 'object' },
        text: { type: 'string' },
      },
      required: ['number', 'data', 'items', 'at'],
      type: 'object',
    },
    'io.k8s.api.test.v1.Thing': {
      description: 'A thing.',
      properties: {
        apiVersion: {
          description:
            'APIVersion defines the group and version of the schema that this object is written in, such as apps/v1.',
          type: 'string',
        },
        kind: { description: 'Name of the schema that this object is written in, such as Deployment.', type: 'string' },
        spec: { description: 'What is wanted.', default: {}, allOf: [ref('io.k8s.api.test.v1.Spec')] },
      },
      required: ['spec'],
      type: 'object',
    },
    'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
    'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { format: 'date-time', type: 'string' },
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
      format: 'int-or-string',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    },
  })
})

test('a definition that many hold is listed once, and a list of a type is none', () => {
  assert.deepEqual(
    Object.keys(openapiV3([Item as Type<never>, { form: 'list', of: Item } as Type<never>, Item as Type<never>])),
    ['io.k8s.api.test.v1.Item'],
  )
})
