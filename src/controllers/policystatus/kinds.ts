import { typeOfKind } from '../../api/admissionregistration/typeOfKind.ts'
import { type CustomResourceDefinition, resources } from '../../api/index.ts'
import { declare, type Schema } from '../../cel/index.ts'
import type { Type as DataType } from '../../schema/types.ts'
import type { Kinds, KnownKind } from './check.ts'

interface Declared {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly type: DataType
}

/** Every kind that is built in, once for each version. */
const builtin: readonly Declared[] = resources.flatMap(({ group, version, kind, plural, type, versions = [] }) => [
  { group, version, kind, plural, type },
  ...versions.map(other => ({
    group: other.group,
    version: other.version,
    kind: other.kind ?? kind,
    plural: other.plural ?? plural,
    type: other.type,
  })),
])

const known = ({ group, version, kind, type }: Declared): KnownKind => ({
  group,
  version,
  kind,
  type: typeOfKind(type, kind),
})

const versionOf = (apiVersion: string): readonly [group: string, version: string] => {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)]
}

/** The kinds that are built in, and those that definitions add. */
export function kindsOf(definitions: () => readonly CustomResourceDefinition[]): Kinds {
  const custom = (
    group: string,
    version: string,
    is: (definition: CustomResourceDefinition) => boolean,
  ): KnownKind | undefined => {
    const definition = definitions().find(each => each.spec.group === group && is(each))
    const schema = definition?.spec.versions.find(each => each.name === version && each.served)?.schema
    const kind = definition?.spec.names.kind ?? ''
    const declared = schema?.openAPIV3Schema && declare(schema.openAPIV3Schema as Schema, true, kind)
    return declared && { group, version, kind, type: declared.type }
  }
  return {
    byPlural(group, version, plural) {
      const found = builtin.find(each => each.plural === plural && each.version === version && each.group === group)
      return found ? known(found) : custom(group, version, ({ spec }) => spec.names.plural === plural)
    },
    byKind(apiVersion, kind) {
      const [group, version] = versionOf(apiVersion)
      const found = builtin.find(each => each.kind === kind && each.version === version && each.group === group)
      return found ? known(found) : custom(group, version, ({ spec }) => spec.names.kind === kind)
    },
  }
}
