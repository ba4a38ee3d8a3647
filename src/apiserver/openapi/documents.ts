import { createHash } from 'node:crypto'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource, ServedVersion } from '../../api/resource.ts'
import type { Schema } from '../../schema/derive/openapi.ts'
import type { Type } from '../../schema/types.ts'
import { type ServedResource, servedGroups } from '../discovery/served.ts'
import { readDescriptions } from './descriptions.ts'
import { groupDocument, type Member } from './document.ts'
import { definitionsOf, documentJson, documentProtobuf } from './v2.ts'

/** A document in its bytes, and their SHA-512. */
export interface Made {
  readonly body: Uint8Array
  readonly hash: string
}

/** All documents of a server: made when first asked for, and kept. */
export interface Documents {
  /** `api/v1`, `apis/apps/v1`, ... sorted. */
  readonly paths: readonly string[]
  /** The OpenAPI v3 document of one of the paths. */
  v3(path: string): Promise<Made | undefined>
  /** The OpenAPI v2 document of everything. */
  v2(form: 'json' | 'protobuf'): Promise<Made>
}

interface GroupVersion {
  readonly group: string
  readonly version: string
  readonly members: readonly Member[]
}

export function createDocuments(resources: readonly Resource[]): Documents {
  const versions = groupVersions(resources)
  const kept = new Map<string, Promise<Made>>()
  let descriptions: ReturnType<typeof readDescriptions> | undefined
  const describe = () => {
    descriptions ??= readDescriptions()
    return descriptions
  }
  const keep = (key: string, make: () => Promise<string | Uint8Array>): Promise<Made> => {
    const known = kept.get(key)
    if (known) return known
    const made = make().then(content => hashed(typeof content === 'string' ? Buffer.from(content) : content))
    // What failed is made again when it is asked for again.
    made.catch(() => kept.delete(key))
    kept.set(key, made)
    return made
  }
  const definitions = async () => {
    const text = await describe()
    const documents = [...versions.values()].map(each => groupDocument(each.group, each.version, each.members, text))
    return definitionsOf(merged(documents.map(document => document.components.schemas)))
  }
  return {
    paths: [...versions.keys()].sort(),
    async v3(path) {
      const asked = versions.get(path)
      if (!asked) return undefined
      return keep(path, async () =>
        JSON.stringify(groupDocument(asked.group, asked.version, asked.members, await describe())),
      )
    },
    v2: form =>
      keep(`v2 ${form}`, async () =>
        form === 'json' ? documentJson(await definitions()) : documentProtobuf(await definitions()),
      ),
  }
}

const hashed = (body: Uint8Array): Made => ({
  body,
  hash: createHash('sha512').update(body).digest('hex').toUpperCase(),
})

const kindsOf = (schema: Schema) => (schema[gvk] ?? []) as readonly unknown[]
const gvk = 'x-kubernetes-group-version-kind'

/** The schemas of several documents; those of one name are the same but for the kinds they stand for. */
function merged(documents: readonly Readonly<Record<string, Schema>>[]): Record<string, Schema> {
  const all: Record<string, Schema> = {}
  for (const [name, schema] of documents.flatMap(Object.entries<Schema>)) {
    const known = all[name]
    const kinds = new Map(
      [...(known ? kindsOf(known) : []), ...kindsOf(schema)].map(kind => [JSON.stringify(kind), kind]),
    )
    all[name] = kinds.size > 0 ? { ...schema, [gvk]: [...kinds.values()] } : schema
  }
  return all
}

function groupVersions(resources: readonly Resource[]): ReadonlyMap<string, GroupVersion> {
  return new Map(
    servedGroups(resources).flatMap(({ name, versions }) =>
      versions.map(({ version, resources: served }): [string, GroupVersion] => [
        name ? `apis/${name}/${version}` : `api/${version}`,
        { group: name, version, members: served.map(each => memberOf(resources, name, version, each)) },
      ]),
    ),
  )
}

function memberOf(resources: readonly Resource[], group: string, version: string, served: ServedResource): Member {
  for (const resource of resources) {
    if (resource.group === group && resource.version === version && resource.plural === served.name) {
      return { resource, served, type: resource.type as Type<unknown> }
    }
    const other = resource.versions?.find(each => isServed(each, resource, group, version, served.name))
    if (other) return { resource, served, type: other.type }
  }
  throw new Error(`describing ${group}/${version}: nobody declares ${served.name}`)
}

const isServed = (
  each: ServedVersion<KubeObject>,
  resource: Resource,
  group: string,
  version: string,
  plural: string,
) => each.group === group && each.version === version && (each.plural ?? resource.plural) === plural
