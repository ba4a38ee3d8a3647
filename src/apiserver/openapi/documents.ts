import { createHash } from 'node:crypto'
import type { Resource } from '../../api/resource.ts'
import type { Schema } from '../../schema/derive/openapi.ts'
import type { Type } from '../../schema/types.ts'
import { type Catalog, derived, type ForeignVersion } from '../catalog.ts'
import { type ServedResource, servedGroups } from '../discovery/served.ts'
import { readDescriptions } from './descriptions.ts'
import { groupDocument, type Member } from './document.ts'
import { definitionsOf, documentJson, documentProtobuf } from './v2.ts'

/** A document in its bytes, and their SHA-512. */
export interface Made {
  readonly body: Uint8Array
  readonly hash: string
}

/** All documents of a server: made when asked for; those of built-in kinds are kept. */
export interface Documents {
  /** `api/v1`, `apis/apps/v1`, ... sorted. */
  readonly paths: readonly string[]
  /** What changes when the OpenAPI v3 document of the path does; undefined: there is none. */
  hash(path: string): Promise<string | undefined>
  /** The OpenAPI v3 document of one of the paths. */
  v3(path: string): Promise<Made | undefined>
  /** The OpenAPI v2 document of everything. */
  v2(form: 'json' | 'protobuf'): Promise<Made>
}

interface GroupVersion {
  readonly group: string
  readonly version: string
  readonly members: readonly Member[]
  readonly foreign: ForeignVersion | undefined
}

export function createDocuments(catalog: Catalog): Documents {
  const versions = derived(catalog, () => groupVersions(catalog))
  /** By what it is made of: a document is kept as long as its kinds stay the same. */
  const kept = new Map<string, { readonly of: readonly unknown[]; readonly made: Promise<Made> }>()
  let descriptions: ReturnType<typeof readDescriptions> | undefined
  const describe = () => {
    descriptions ??= readDescriptions()
    return descriptions
  }
  const keep = (key: string, of: readonly unknown[], make: () => Promise<string | Uint8Array>): Promise<Made> => {
    const known = kept.get(key)
    if (known && known.of.length === of.length && known.of.every((each, index) => each === of[index])) return known.made
    const made = make().then(hashed)
    // What failed is made again when it is asked for again.
    made.catch(() => kept.delete(key))
    kept.set(key, { of, made })
    return made
  }
  const documentOf = async ({ group, version, members }: GroupVersion) =>
    JSON.stringify(groupDocument(group, version, members, await describe()))
  /** Of other servers: each once, though it may answer several versions. */
  const foreignDefinitions = async () => {
    const all = await Promise.all(catalog.foreign.map(each => each.definitions?.()))
    return [...new Set(all.filter(each => each !== undefined))]
  }
  const definitions = async () => {
    const text = await describe()
    const all = [...versions().values()].filter(each => !each.foreign)
    const documents = all.map(each => groupDocument(each.group, each.version, each.members, text, { v2: true }))
    return definitionsOf(merged(documents.map(document => document.components.schemas)))
  }
  const foreignText = (asked: GroupVersion) => asked.foreign?.openapi?.() ?? Promise.resolve(undefined)
  const documents: Documents = {
    get paths() {
      return [...versions().keys()].sort()
    },
    async hash(path) {
      const asked = versions().get(path)
      if (asked && !asked.foreign && isCustom(asked)) return hashOfCustom(asked)
      return (await documents.v3(path))?.hash
    },
    async v3(path) {
      const asked = versions().get(path)
      if (!asked) return undefined
      if (asked.foreign) {
        const text = await foreignText(asked)
        return text === undefined ? undefined : hashed(text)
      }
      // There may be hundreds of custom resources, and few ask: their documents are made again for each.
      if (isCustom(asked)) return { body: Buffer.from(await documentOf(asked)), hash: hashOfCustom(asked) }
      const of = asked.members.map(member => member.resource)
      return keep(path, of, () => documentOf(asked))
    },
    async v2(form) {
      const foreign = await foreignDefinitions()
      return keep(`v2 ${form}`, [...catalog.resources, ...foreign], async () => {
        // What this server knows itself stays as it is.
        const all = Object.assign({}, ...foreign, await definitions()) as Record<string, Schema>
        return form === 'json' ? documentJson(all) : documentProtobuf(all)
      })
    },
  }
  return documents
}

/** Whether all kinds of a version are custom resources. */
const isCustom = ({ members }: GroupVersion) => members.every(({ resource }) => resource.custom !== undefined)

const hashOfCustom = ({ members }: GroupVersion) =>
  digest(JSON.stringify(members.map(({ served, resource }) => [served, resource.custom?.madeOf])))

const digest = (content: string | Uint8Array) => createHash('sha512').update(content).digest('hex').toUpperCase()

const hashed = (content: string | Uint8Array): Made => ({
  body: typeof content === 'string' ? Buffer.from(content) : content,
  hash: digest(content),
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

function groupVersions({ resources, foreign }: Catalog): ReadonlyMap<string, GroupVersion> {
  const others = new Map(foreign.map(each => [`${each.group}/${each.version}`, each]))
  const find = declared(resources)
  return new Map(
    servedGroups(resources, foreign).flatMap(({ name, versions }) =>
      versions.map((each): [string, GroupVersion] => [
        name ? `apis/${name}/${each.version}` : `api/${each.version}`,
        {
          group: name,
          version: each.version,
          members: each.foreign ? [] : each.resources.map(served => find(name, each.version, served)),
          foreign: each.foreign ? others.get(each.groupVersion) : undefined,
        },
      ]),
    ),
  )
}

/** Finds who declares what discovery tells. */
function declared(resources: readonly Resource[]) {
  const all = new Map<string, { readonly resource: Resource; readonly type: Type<unknown> }>()
  const add = (group: string, version: string, plural: string, resource: Resource, type: Type<unknown>) => {
    const id = `${group}/${version}/${plural}`
    if (!all.has(id)) all.set(id, { resource, type })
  }
  for (const resource of resources) {
    const { group, version, plural } = resource
    add(group, version, plural, resource, resource.type as Type<unknown>)
    for (const each of resource.versions ?? [])
      add(each.group, each.version, each.plural ?? plural, resource, each.type)
  }
  return (group: string, version: string, served: ServedResource): Member => {
    const found = all.get(`${group}/${version}/${served.name}`)
    if (!found) throw new Error(`describing ${group}/${version}: nobody declares ${served.name}`)
    return { ...found, served }
  }
}
