import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { describeError } from '../../schema/rules/errors.ts'
import { CustomResourceDefinition, customResourceDefinitions } from './customResourceDefinition.ts'
import { definitionRules } from './definitionRules.ts'
import type { JSONSchemaProps } from './jsonSchemaProps.ts'

type Spec = Record<string, unknown>

function definition(spec: Spec, rest: object = {}): CustomResourceDefinition {
  const made = fromJson(CustomResourceDefinition, {
    metadata: { name: 'foos.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'foos', kind: 'Foo' }, ...spec },
    ...rest,
  })
  customResourceDefinitions.defaults?.(made)
  return made
}

const version = (schema: JSONSchemaProps, rest: object = {}) => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  ...rest,
})
const withSpec = (spec: JSONSchemaProps): JSONSchemaProps => ({ type: 'object', properties: { spec } })
const problems = (made: CustomResourceDefinition, old?: CustomResourceDefinition) =>
  definitionRules(made, old).map(describeError)

const here = 'spec.validation.openAPIV3Schema'
const fine: JSONSchemaProps = { type: 'object' }

const schemas: readonly [string, JSONSchemaProps, string[]][] = [
  ['a plain object', fine, []],
  ['no type', {}, [`${here}.type: Required value: must not be empty at the root`]],
  [
    'another type at the root',
    { type: 'string' },
    [`${here}.type: Invalid value: "string": must be object at the root`],
  ],
  [
    'a field without type',
    withSpec({}),
    [`${here}.properties[spec].type: Required value: must not be empty for specified object fields`],
  ],
  [
    'a list without items',
    withSpec({ type: 'array' }),
    [`${here}.properties[spec].items: Required value: must be specified`],
  ],
  [
    'an unknown type',
    withSpec({ type: 'text' }),
    [
      `${here}.properties[spec].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
    ],
  ],
  [
    'type in an alternative',
    withSpec({ type: 'object', anyOf: [{ type: 'object' }] }),
    [`${here}.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural`],
  ],
  [
    'a field that only an alternative names',
    { type: 'object', oneOf: [{ properties: { a: {} } }] },
    [`${here}.properties[a]: Required value: because it is defined in ${here}.oneOf[0].properties[a]`],
  ],
  [
    'integers or texts',
    withSpec({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }),
    [],
  ],
  [
    'a wrong pattern',
    withSpec({ type: 'string', pattern: 'a(' }),
    [
      `${here}.properties[spec].pattern: Invalid value: "a(": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): \`a(\``,
    ],
  ],
  [
    'metadata that is restricted',
    {
      type: 'object',
      properties: { metadata: { type: 'object', properties: { name: { type: 'string', pattern: '^a' } } } },
    },
    [],
  ],
  [
    'metadata that says more',
    { type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } } },
    [
      `${here}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
    ],
  ],
  ['a reference', withSpec({ $ref: '#/x' }), [`${here}.properties[spec].$ref: Forbidden: $ref is not supported`]],
  [
    'properties beside additional ones',
    withSpec({ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } }),
    [
      `${here}.properties[spec].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`,
    ],
  ],
  [
    'unique items',
    withSpec({ type: 'array', uniqueItems: true, items: { type: 'string' } }),
    [
      `${here}.properties[spec].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
    ],
  ],
  [
    'a map without keys',
    withSpec({ type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } }),
    [
      `${here}.properties[spec].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
    ],
  ],
  [
    'a map whose key may be absent',
    withSpec({
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['a'],
      items: { type: 'object', properties: { a: { type: 'string' } } },
    }),
    [
      `${here}.properties[spec].items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
    ],
  ],
  [
    'a default that is wrong',
    withSpec({ type: 'integer', default: 'x' }),
    [`${here}.properties[spec].default: Invalid value: "string":  in body must be of type integer: "string"`],
  ],
  [
    'a default that would be pruned',
    withSpec({ type: 'object', default: { a: 1 } }),
    [`${here}.properties[spec].default: Invalid value: {"a":1}: must not have unknown fields`],
  ],
  [
    'an embedded resource',
    withSpec({ type: 'object', 'x-kubernetes-embedded-resource': true }),
    [
      `${here}.properties[spec].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields`,
    ],
  ],
  [
    'a rule that says nothing',
    withSpec({ type: 'string', 'x-kubernetes-validations': [{ rule: ' ' }] }),
    [`${here}.properties[spec].x-kubernetes-validations[0].rule: Required value: rule is not specified`],
  ],
  [
    'a rule about a field that is not there',
    withSpec({ type: 'object', 'x-kubernetes-validations': [{ rule: 'true', fieldPath: '.a' }] }),
    [`${here}.properties[spec].x-kubernetes-validations[0].fieldPath: Invalid value: ".a": must be a valid path`],
  ],
  [
    'a rule inside an alternative',
    withSpec({ type: 'string', allOf: [{ 'x-kubernetes-validations': [{ rule: 'true' }] }] }),
    [`${here}.properties[spec].allOf[0].x-kubernetes-validations: Forbidden: must be empty to be structural`],
  ],
]

for (const [what, schema, errors] of schemas) {
  test(`of a schema with ${what}, upstream's rules find what upstream finds`, () => {
    assert.deepEqual(problems(definition({ versions: [version(schema)] })), errors)
  })
}

const specs: readonly [string, Spec, object, string[]][] = [
  [
    'no schema',
    { versions: [{ name: 'v1', served: true, storage: true }] },
    {},
    ['spec.versions[0].schema.openAPIV3Schema: Required value'],
  ],
  [
    'a group without dot',
    { group: 'example', versions: [version(fine)] },
    { metadata: { name: 'foos.example' } },
    ['spec.group: Invalid value: "example": should be a domain with at least one dot'],
  ],
  [
    'another name',
    { versions: [version(fine)] },
    { metadata: { name: 'bars.example.com' } },
    ['metadata.name: Invalid value: "bars.example.com": must be spec.names.plural+"."+spec.group'],
  ],
  [
    'kind and list kind alike',
    { names: { plural: 'foos', kind: 'Foo', listKind: 'Foo' }, versions: [version(fine)] },
    {},
    ['spec.names.listKind: Invalid value: "Foo": kind and listKind may not be the same'],
  ],
  [
    'a column of no type',
    { versions: [version(fine, { additionalPrinterColumns: [{ name: 'a', type: 'text', jsonPath: 'x' }] })] },
    {},
    [
      'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "x": must be a simple json path starting with .',
    ],
  ],
  [
    'scale paths elsewhere',
    { versions: [version(fine, { subresources: { scale: { specReplicasPath: '.a', statusReplicasPath: '' } } })] },
    {},
    [
      'spec.subresources.scale.specReplicasPath: Invalid value: ".a": should be a json path under .spec',
      'spec.subresources.scale.statusReplicasPath: Required value',
    ],
  ],
  [
    'selectable fields that are not there, or no scalars',
    {
      versions: [
        version(withSpec({ type: 'object', properties: { a: { type: 'string' } } }), {
          selectableFields: [{ jsonPath: '.spec.b' }, { jsonPath: '.spec' }, { jsonPath: '.spec.a' }],
        }),
      ],
    },
    {},
    [
      'spec.selectableFields[0].jsonPath: Invalid value: ".spec.b": is an invalid path: does not refer to a valid field',
      'spec.selectableFields[1].jsonPath: Invalid value: ".spec": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
    ],
  ],
  [
    'a webhook without address',
    {
      versions: [version(fine)],
      conversion: { strategy: 'Webhook', webhook: { clientConfig: {}, conversionReviewVersions: ['v3'] } },
    },
    {},
    [
      'spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required',
      'spec.conversion.conversionReviewVersions: Invalid value: ["v3"]: must include at least one of v1, v1beta1',
    ],
  ],
  [
    'a webhook at no https address',
    {
      versions: [version(fine)],
      conversion: {
        strategy: 'Webhook',
        webhook: { clientConfig: { url: 'http://a/b?c' }, conversionReviewVersions: ['v1'] },
      },
    },
    {},
    [
      `spec.conversion.webhookClientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
      'spec.conversion.webhookClientConfig.url: Invalid value: "c": query parameters are not permitted in the URL',
    ],
  ],
  [
    'a protected group',
    { group: 'x.k8s.io', versions: [version(fine)] },
    { metadata: { name: 'foos.x.k8s.io' } },
    [
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    ],
  ],
  [
    'unknown fields kept throughout',
    { versions: [version(fine)], preserveUnknownFields: true },
    {},
    [
      'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
    ],
  ],
  [
    'two storage versions, with schemas of their own',
    { versions: [version(fine), { ...version(withSpec({})), name: 'v2' }] },
    {},
    [
      'spec.versions[1].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields',
      'spec.versions: Invalid value: [...]: must have exactly one version marked as storage version',
      'status.storedVersions: Invalid value: ["v1"]: must have the storage version v2',
    ],
  ],
]

for (const [what, spec, rest, errors] of specs) {
  test(`of a definition with ${what}, upstream's rules find what upstream finds`, () => {
    const found = problems(definition(spec, rest)).map(text =>
      text.replace(/(spec\.versions: Invalid value: )\[.*\](?=:)/, '$1[...]'),
    )
    assert.deepEqual(found, errors)
  })
}

test('scope and kind stay once a definition is established; stored versions stay in the spec', () => {
  const status = {
    conditions: [{ type: 'Established', status: 'True' }],
    storedVersions: ['v0', 'v1'],
    acceptedNames: {},
  }
  const old = definition({ versions: [version(fine)] }, { status })
  const next = definition(
    { scope: 'Cluster', names: { plural: 'foos', kind: 'Bar' }, versions: [version(fine)] },
    { status },
  )
  assert.deepEqual(problems(next, old), [
    'spec.scope: Invalid value: "Cluster": field is immutable',
    'spec.names.kind: Invalid value: "Bar": field is immutable',
    'status.storedVersions[0]: Invalid value: "v0": missing from spec.versions; v0 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v0 and removes v0 from status.storedVersions',
  ])
})
