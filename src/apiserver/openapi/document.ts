import { oldScales } from '../../api/autoscaling/oldScale.ts'
import { Scale } from '../../api/autoscaling/scale.ts'
import { DeleteOptions, Status } from '../../api/index.ts'
import type { Resource } from '../../api/resource.ts'
import { type Describe, type OpenapiOptions, openapiV3, type Schema } from '../../schema/derive/openapi.ts'
import type { Type } from '../../schema/types.ts'
import { listTypeOf } from '../content/lists.ts'
import type { ServedResource } from '../discovery/served.ts'
import { type Described, resourcePaths } from './paths.ts'

/** A resource as one group and version serves it. */
export interface Member {
  readonly resource: Resource
  readonly served: ServedResource
  readonly type: Type<unknown>
}

interface GroupVersionKind {
  readonly group: string
  readonly kind: string
  readonly version: string
}

/** A document, as far as others look into it. */
export interface GroupDocument {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** The OpenAPI v3 document of one group and version: paths, and the schemas they need. */
export function groupDocument(
  group: string,
  version: string,
  members: readonly Member[],
  describe: Describe,
  options: OpenapiOptions = {},
): GroupDocument {
  const kinds = new Map<string, GroupVersionKind[]>()
  const types: Type<unknown>[] = [Status as Type<unknown>, DeleteOptions as Type<unknown>]
  const use = (type: Type<unknown>, kind: GroupVersionKind): string => {
    const name = nameOf(type)
    types.push(type)
    const known = kinds.get(name) ?? []
    if (!known.some(each => JSON.stringify(each) === JSON.stringify(kind))) kinds.set(name, [...known, kind])
    return name
  }
  const paths: Record<string, unknown> = {}
  use(Status as Type<unknown>, { group: '', kind: 'Status', version: 'v1' })
  use(DeleteOptions as Type<unknown>, { group, kind: 'DeleteOptions', version })
  for (const member of members) {
    const { served, type, resource } = member
    const described: Described = {
      group,
      version,
      served,
      custom: resource.custom !== undefined,
      type: use(type, { group, kind: served.kind, version }),
      listType: resource.virtual
        ? nameOf(type)
        : use(listTypeOf(type), { group, kind: resource.listKind ?? `${served.kind}List`, version }),
      subresourceType: name => subresourceType(member, name, group, version, use),
    }
    Object.assign(paths, resourcePaths(described))
  }
  const schemas = openapiV3(types as readonly Type<never>[], describe, options)
  for (const [name, gvks] of kinds) {
    const schema = schemas[name]
    if (schema) schemas[name] = { ...schema, 'x-kubernetes-group-version-kind': gvks }
  }
  const document = {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.2' },
    paths: sorted(paths),
    components: {
      schemas,
      securitySchemes: {
        BearerToken: {
          description: 'Bearer Token authentication',
          in: 'header',
          name: 'authorization',
          type: 'apiKey',
        },
      },
    },
    security: [{ BearerToken: [] }],
  }
  return document
}

const nameOf = (type: Type<unknown>) => (type.form === 'object' ? type.name : '')

const sorted = (all: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))

/** What a subresource takes and gives; connections and plain text have no definition. */
function subresourceType(
  { resource, type, served }: Member,
  name: string,
  group: string,
  version: string,
  use: (type: Type<unknown>, kind: GroupVersionKind) => string,
): string | undefined {
  const inVersion = resource.versions?.find(each => each.group === group && each.version === version)
  const subresource = inVersion?.subresources?.[name] ?? resource.subresources?.[name]
  if (!subresource) return undefined
  if (subresource.form === 'view') return nameOf(type)
  if (subresource.form === 'scale') {
    const old = oldScales[`${group}/${version}`]
    if (old) return use(old as Type<unknown>, { group, kind: 'Scale', version })
    return use(Scale as Type<unknown>, { group: 'autoscaling', kind: 'Scale', version: 'v1' })
  }
  if (!subresource.type) return undefined
  return use(subresource.type, {
    group: subresource.group ?? group,
    kind: subresource.kind || served.kind,
    version: subresource.version ?? version,
  })
}
