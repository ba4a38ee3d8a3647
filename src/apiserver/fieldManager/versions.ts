import type { KubeObject, ObjectMeta } from '../../api/meta/objectMeta.ts'
import { fromJson } from '../../schema/codec/json.ts'
import { zeroOf } from '../../schema/codec/zero.ts'
import { shapeOf, type Told, type Versions } from '../../schema/merge/apply/index.ts'
import type { Type } from '../../schema/types.ts'
import type { Call, Served, VerbDeps } from '../verbs/scope.ts'
import { toClient, typeOf } from '../verbs/version.ts'
import { settable } from './resets.ts'

/** An object as stored, in the version of the request, without what is said of managers. */
export function told(served: Served, object: KubeObject): Told {
  const shown = toClient(served, object) as KubeObject
  const metadata = unmanaged(shown.metadata)
  return { apiVersion: served.apiVersion, shape: shapeOf(typeOf(served)), value: { ...shown, metadata } }
}

/** Metadata without its managed fields, which are not looked at: they may still be bytes. */
function unmanaged(metadata: ObjectMeta): ObjectMeta {
  const result: Record<string, unknown> = {}
  for (const name in metadata) if (name !== 'managedFields') result[name] = metadata[name as keyof ObjectMeta]
  return result as ObjectMeta
}

const nothings = new WeakMap<Type, unknown>()

/** An object that is not there yet: what a write of a new one is compared with. */
export function nothing(served: Served): Told {
  const type = typeOf(served)
  let value = nothings.get(type)
  if (value === undefined) {
    value = zeroOf(type)
    nothings.set(type, value)
  }
  return { apiVersion: served.apiVersion, shape: shapeOf(type), value }
}

/** The versions that managers may have written a kind in. */
export function versionsOf({ routes }: VerbDeps, { served, info }: Call): Versions {
  const { resource } = served
  const filter = settable(resource, info.subresource)
  return {
    settable: () => filter,
    convert(object, apiVersion) {
      if (object.apiVersion === apiVersion) return object
      return resource.custom ? custom(served, routes, object, apiVersion) : builtin(served, object, apiVersion)
    },
  }
}

/** A built-in kind in one of its versions: the storage version, or one that is converted. */
function servedIn({ resource }: Served, apiVersion: string): Served | undefined {
  const { kind } = resource
  if (apiVersion === resource.apiVersion) return { resource, version: undefined, apiVersion, kind }
  for (const version of resource.versions ?? []) {
    const named = version.group ? `${version.group}/${version.version}` : version.version
    if (named === apiVersion) return { resource, version, apiVersion, kind: version.kind ?? kind }
  }
  return undefined
}

/** Whether managers may name fields in a version of the kind. */
export const isServedIn = (served: Served, apiVersion: string): boolean =>
  served.resource.custom
    ? apiVersion.startsWith(`${served.resource.group}/`)
    : servedIn(served, apiVersion) !== undefined

function builtin(served: Served, object: Told, apiVersion: string): Told | undefined {
  const from = servedIn(served, object.apiVersion)
  const to = servedIn(served, apiVersion)
  if (!from || !to) return undefined
  const value = fromJson(typeOf(from), object.value)
  const stored = from.version ? from.version.up(value) : (value as KubeObject)
  return {
    apiVersion,
    shape: shapeOf(typeOf(to)),
    value: { ...(toClient(to, stored) as object), apiVersion, kind: to.kind },
  }
}

async function custom(
  { resource }: Served,
  routes: VerbDeps['routes'],
  object: Told,
  apiVersion: string,
): Promise<Told | undefined> {
  const [group, version] = apiVersion.split('/')
  if (group !== resource.group || !version) return undefined
  const other = routes?.find({ group, version, resource: resource.plural })
  if (!other) return undefined
  const value = { ...(object.value as KubeObject), apiVersion: object.apiVersion, kind: resource.kind }
  const [converted] = (await resource.custom?.convert?.([value], apiVersion)) ?? [{ ...value, apiVersion }]
  return converted && { apiVersion, shape: shapeOf(other.resource.type), value: converted }
}
