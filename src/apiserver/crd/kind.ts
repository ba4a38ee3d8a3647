import { isTrue } from '../../api/apiextensions/conditions.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSelectableField,
} from '../../api/apiextensions/customResourceDefinition.ts'
import { type KubeObject, ObjectMeta } from '../../api/meta/objectMeta.ts'
import { serviceUnavailable } from '../../api/meta/statusError.ts'
import { type Changes, type CustomKind, type Resource, resource, type Subresource } from '../../api/resource.ts'
import { equal } from '../../schema/derive/equal.ts'
import { typeFromSchema } from '../../schema/derive/fromCrd/type.ts'
import type { Structural } from '../../schema/structural.ts'
import type { Type } from '../../schema/types.ts'
import { compareVersions } from '../discovery/served.ts'
import { columnsOf } from './columns.ts'
import { compileJsonPath } from './jsonPath.ts'
import { type CheckRules, finalizerWarnings, type ObjectChecks, objectRules, statusRules } from './rules.ts'
import { scaleOf } from './scale.ts'

/** What makes kinds of definitions. */
export interface KindDeps {
  /** Compiles the CEL rules of a schema, when an object is first checked; undefined: it has none. */
  compileRules(schema: Structural): CheckRules | undefined
  /** Converts between the versions of a kind whose definition names a webhook. */
  converter(definition: CustomResourceDefinition): CustomKind['convert']
}

export interface KindSources extends KindDeps {
  /** A definition that is served, as it is stored: schemas are not held, but read when they are needed. */
  load(name: string): CustomResourceDefinition | undefined
}

type Custom = KubeObject & { status?: unknown; [field: string]: unknown }

const keepsAll: Structural = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** Whether the kind is served: its names were accepted. What is once established stays so. */
export const isServed = (definition: CustomResourceDefinition): boolean => isTrue(definition, 'Established')

/** The kinds of a definition, one for each version that it serves. */
export function kindsOf(definition: CustomResourceDefinition, deps: KindSources): Resource[] {
  const convert = deps.converter(definition)
  return definition.spec.versions
    .filter(version => version.served)
    .map(version => kindOf(definition, version, convert, deps))
}

/** Verbs that a kind still has while its definition goes. */
const lastVerbs = ['delete', 'deletecollection', 'get', 'list', 'watch']

/** The same kinds while the definition is being deleted: nothing more is made or changed. */
export const ending = (kinds: readonly Resource[]): Resource[] => kinds.map(kind => ({ ...kind, verbs: lastVerbs }))

function kindOf(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  convert: CustomKind['convert'],
  deps: KindSources,
): Resource {
  const { spec, status } = definition
  const { group, names: wanted, preserveUnknownFields = false } = spec
  const names = status.acceptedNames
  const kind = names.kind || wanted.kind
  const plural = names.plural || wanted.plural
  const schema = version.schema?.openAPIV3Schema ? schemaLoader(definition, version, deps) : () => keepsAll
  const name = `${group.split('.').reverse().join('.')}.${version.name}.${kind}`
  const type: Type<Custom> = typeFromSchema(preserveUnknownFields ? () => keepsAll : schema, {
    name,
    metadata: ObjectMeta as Type<unknown>,
  })
  const hasStatus = version.subresources?.status !== undefined
  const checks = checksOf(schema, version, deps)
  const stored = spec.versions.find(each => each.storage)?.name ?? version.name
  const made = resource<Custom>({
    group,
    version: version.name,
    kind,
    plural,
    singular: names.singular || wanted.singular || kind.toLowerCase(),
    listKind: names.listKind || wanted.listKind || `${kind}List`,
    ...(names.shortNames ? { short: names.shortNames } : {}),
    ...(names.categories ? { in: names.categories } : {}),
    namespaced: spec.scope === 'Namespaced',
    type,
    custom: { madeOf: madeOf(definition), storedAs: `${group}/${stored}`, ...(convert ? { convert } : {}) },
    storagePrefix: `${group}/${plural}`,
    conditionalUpdate: true,
    generation: true,
    rules: (object, old) => objectRules(checks(), object, old),
    changes: changesOf(hasStatus),
    columns: columnsOf(version.additionalPrinterColumns),
    select: selectOf(version.selectableFields ?? []),
    subresources: subresourcesOf(version, checks),
    ...(version.deprecated ? { deprecation: deprecationOf(definition, version) } : {}),
  })
  return made as unknown as Resource
}

/** What two states of a definition have alike when they make the same kinds. */
export const madeOf = ({ metadata, status }: CustomResourceDefinition): string => {
  const { uid, generation = 0, deletionTimestamp } = metadata
  // Deletion counts as a change too, but is none of the kind.
  return JSON.stringify([uid, deletionTimestamp ? generation - 1 : generation, status.acceptedNames])
}

function schemaLoader(
  { metadata, spec }: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  { load }: KindSources,
): () => Structural {
  const { name = '' } = metadata
  const { name: versionName } = version
  const { group } = spec
  return () => {
    const found = load(name)?.spec.versions.find(each => each.name === versionName)
    if (!found) throw serviceUnavailable(`the definition of ${group}/${versionName} has just changed: ask again`)
    return (found.schema?.openAPIV3Schema as Structural | undefined) ?? keepsAll
  }
}

/** What objects are checked by, put together when the first one is. */
function checksOf(
  load: () => Structural,
  version: CustomResourceDefinitionVersion,
  deps: KindDeps,
): () => ObjectChecks {
  let checks: ObjectChecks | undefined
  const scale = version.subresources?.scale
  return () => {
    if (!checks) {
      const schema = load()
      checks = { schema, scale, rules: deps.compileRules(schema) }
    }
    return checks
  }
}

function changesOf(hasStatus: boolean): Changes<Custom> {
  const statusOf = ({ status }: Custom) => status
  return {
    create(object) {
      if (hasStatus) delete object.status
    },
    update(object, old) {
      if (!hasStatus) {
        // Without a view of its own the status is part of what is wanted.
        if (!equal(statusOf(object), statusOf(old))) object.metadata.generation = (old.metadata.generation ?? 0) + 1
      } else if (old.status === undefined) delete object.status
      else object.status = old.status
    },
    warnings: finalizerWarnings,
  }
}

function subresourcesOf(
  { subresources }: CustomResourceDefinitionVersion,
  checks: () => ObjectChecks,
): Record<string, Subresource<Custom>> {
  return {
    ...(subresources?.status
      ? {
          status: {
            form: 'view',
            update: keepAllButStatus,
            rules: (object, old) => statusRules(checks(), object, old),
          },
        }
      : {}),
    ...(subresources?.scale ? { scale: scaleOf(subresources.scale) } : {}),
  }
}

/** Through the status view only the status changes, and who manages it. */
function keepAllButStatus(object: Custom, old: Custom): void {
  const { status, metadata } = object
  for (const name of Object.keys(object)) delete object[name]
  const { managedFields, resourceVersion } = metadata
  Object.assign(object, old, {
    metadata: {
      ...old.metadata,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(managedFields === undefined ? {} : { managedFields }),
    },
  })
  if (status === undefined) delete object.status
  else object.status = status
}

function selectOf(fields: readonly CustomResourceSelectableField[]): Record<string, (object: Custom) => string> {
  return Object.fromEntries(
    fields.map(({ jsonPath }) => {
      const path = compileJsonPath(jsonPath)
      const read = (object: Custom) => {
        const [value] = typeof path === 'function' ? path(object) : []
        return value === null || value === undefined ? '' : String(value)
      }
      return [jsonPath.replace(/^\./, ''), read]
    }),
  )
}

/** The words of the definition, or upstream's, which name the newest version to go to. */
function deprecationOf({ spec }: CustomResourceDefinition, version: CustomResourceDefinitionVersion): string {
  if (version.deprecationWarning !== undefined) return version.deprecationWarning
  const { group, names, versions } = spec
  const [best] = versions
    .filter(each => each.served && !each.deprecated && compareVersions(each.name, version.name) < 0)
    .map(each => each.name)
    .sort(compareVersions)
  const words = `${group}/${version.name} ${names.kind} is deprecated`
  return best === undefined ? words : `${words}; use ${group}/${best} ${names.kind}`
}
