import type { KubeObject } from '../api/meta/objectMeta.ts'
import type { Resource, UserInfo } from '../api/resource.ts'
import type { Draft } from '../schema/types.ts'
import type { AdmissionRequest, AuthorizationAttributes, ObjectReader } from './contract.ts'

/** Stored objects for tests of parts that only read: what is put in can be read, and nothing else. */
export interface FixedObjects extends ObjectReader {
  put<T extends KubeObject>(resource: Resource<T>, ...objects: Draft<T>[]): FixedObjects
  remove(resource: Resource, namespace: string | undefined, name: string): void
}

export function fixedObjects(): FixedObjects {
  const all = new Map<string, Map<string, KubeObject>>()
  const versions = new Map<string, number>()
  const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`
  const kindOf = (resource: { readonly qualified: string }) => {
    const known = all.get(resource.qualified) ?? new Map<string, KubeObject>()
    all.set(resource.qualified, known)
    return known
  }
  const changed = (resource: { readonly qualified: string }) =>
    void versions.set(resource.qualified, (versions.get(resource.qualified) ?? 0) + 1)
  const reader: FixedObjects = {
    get: (resource, namespace, name) => kindOf(resource).get(keyOf(namespace, name)) as never,
    list: (resource, namespace) =>
      [...kindOf(resource).values()].filter(each => !namespace || each.metadata.namespace === namespace) as never,
    version: resource => versions.get(resource.qualified) ?? 0,
    put(resource, ...objects) {
      for (const object of objects as unknown as KubeObject[]) {
        kindOf(resource).set(keyOf(object.metadata.namespace, object.metadata.name ?? ''), object)
      }
      changed(resource)
      return reader
    },
    remove(resource, namespace, name) {
      kindOf(resource).delete(keyOf(namespace, name))
      changed(resource)
    },
  }
  return reader
}

export const someone = (name: string, ...groups: string[]): UserInfo => ({ name, groups })
export const node = (name: string): UserInfo => someone(`system:node:${name}`, 'system:nodes', 'system:authenticated')

/** What is asked, in short: `get pods/log default/nginx`, `list apps/deployments`, `get /healthz`. Dots for `resource.group`. */
export function asked(user: UserInfo, text: string, fieldSelector?: string): AuthorizationAttributes {
  const [verb = '', what = '', where = ''] = text.split(' ')
  const isResource = !what.startsWith('/')
  const [qualified = '', subresource = ''] = what.split('/')
  const dot = qualified.indexOf('.')
  const [namespace = '', name = ''] = where.includes('/') ? where.split('/') : ['', where]
  return {
    user,
    verb,
    isResource,
    group: isResource && dot >= 0 ? qualified.slice(dot + 1) : '',
    version: 'v1',
    resource: isResource ? (dot < 0 ? qualified : qualified.slice(0, dot)) : '',
    subresource: isResource ? subresource : '',
    namespace,
    name,
    path: isResource ? '' : what,
    ...(fieldSelector ? { fieldSelector } : {}),
  }
}

/** A write on its way in. */
export function write<T extends KubeObject>(
  operation: AdmissionRequest['operation'],
  resource: Resource<T>,
  options: Partial<Omit<AdmissionRequest, 'resource'>> = {},
): AdmissionRequest {
  const metadata = (options.object as KubeObject | undefined)?.metadata
  return {
    operation,
    resource: resource as unknown as Resource,
    subresource: '',
    namespace: metadata?.namespace ?? '',
    name: operation === 'CREATE' ? '' : (metadata?.name ?? ''),
    object: undefined,
    old: undefined,
    served: {
      resource: resource as unknown as Resource,
      version: undefined,
      apiVersion: resource.apiVersion,
      kind: resource.kind,
    },
    user: someone('somebody', 'system:authenticated'),
    dryRun: false,
    rounds: { round: 0, wanted: false, kept: new Map() },
    warn() {},
    annotate() {},
    ...options,
  }
}
