import { equal } from '../../schema/derive/equal.ts'
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSelectableField,
  CustomResourceSubresources,
} from './customResourceDefinitionType.ts'
import type { JSONSchemaProps } from './jsonSchemaProps.ts'

/** One version, with what it does not share with all others. */
export interface OwnVersion {
  readonly declared: CustomResourceDefinitionVersion
  readonly schema: JSONSchemaProps | undefined
  readonly subresources: CustomResourceSubresources | undefined
  readonly columns: readonly CustomResourceColumnDefinition[]
  readonly selectable: readonly CustomResourceSelectableField[]
}

/**
 * A spec as upstream's rules see it: what all versions have alike is said once, and errors name that place
 * (`spec.validation` for the schema of the only version).
 */
export interface InternalSpec {
  readonly schema: JSONSchemaProps | undefined
  readonly subresources: CustomResourceSubresources | undefined
  readonly columns: readonly CustomResourceColumnDefinition[]
  readonly selectable: readonly CustomResourceSelectableField[]
  readonly versions: readonly OwnVersion[]
}

export function internalSpec({ versions }: CustomResourceDefinitionSpec): InternalSpec {
  const [first] = versions
  const alike = <K extends 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'>(name: K) =>
    versions.length > 0 && versions.every(version => equal(version[name], first?.[name]))
  const [schema, subresources] = [alike('schema'), alike('subresources')]
  const [columns, selectable] = [alike('additionalPrinterColumns'), alike('selectableFields')]
  return {
    schema: schema ? first?.schema?.openAPIV3Schema : undefined,
    subresources: subresources ? first?.subresources : undefined,
    columns: columns ? (first?.additionalPrinterColumns ?? []) : [],
    selectable: selectable ? (first?.selectableFields ?? []) : [],
    versions: versions.map(declared => ({
      declared,
      schema: schema ? undefined : declared.schema?.openAPIV3Schema,
      subresources: subresources ? undefined : declared.subresources,
      columns: columns ? [] : (declared.additionalPrinterColumns ?? []),
      selectable: selectable ? [] : (declared.selectableFields ?? []),
    })),
  }
}

/** Whether a schema, or one inside it, is such; what alternatives say included. */
export function schemaHas(schema: JSONSchemaProps | undefined, is: (schema: JSONSchemaProps) => boolean): boolean {
  if (!schema) return false
  if (is(schema)) return true
  const { items, not, additionalProperties, additionalItems, dependencies = {} } = schema
  const inside: readonly unknown[] = [
    ...(Array.isArray(items) ? items : [items]),
    not,
    additionalProperties,
    additionalItems,
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...Object.values(schema.properties ?? {}),
    ...Object.values(schema.patternProperties ?? {}),
    ...Object.values(schema.definitions ?? {}),
    ...Object.values(dependencies),
  ]
  return inside.some(
    each => typeof each === 'object' && each !== null && !Array.isArray(each) && schemaHas(each as JSONSchemaProps, is),
  )
}

/** Whether any schema of the spec has one that is such. */
export const specHas = (spec: CustomResourceDefinitionSpec, is: (schema: JSONSchemaProps) => boolean): boolean =>
  spec.versions.some(({ schema }) => schemaHas(schema?.openAPIV3Schema, is))
