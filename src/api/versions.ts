import type { Type } from '../schema/types.ts'
import type { KubeObject } from './meta/objectMeta.ts'
import type { ServedVersion } from './resource.ts'

/** Upstream's warning about a version that it no longer serves. Releases are those of upstream: `1.16`. */
export const removedVersion = (
  apiVersion: string,
  kind: string,
  deprecated: string,
  removed: string,
  replacement?: string,
): string =>
  `${apiVersion} ${kind} is deprecated in v${deprecated}+, unavailable in v${removed}+${replacement ? `; use ${replacement} ${kind}` : ''}`

/** A version that has the form of the storage version, and differs by its name and by what `more` says. */
export function renamedVersion<T extends KubeObject>(
  apiVersion: string,
  stored: string,
  type: Type<T>,
  more: Pick<ServedVersion<T>, 'defaults' | 'deprecation' | 'fields'> = {},
): ServedVersion<T> {
  const [group = '', version = ''] = apiVersion.split('/')
  return {
    ...more,
    group,
    version,
    type,
    up: old => ({ ...(old as T), apiVersion: stored }),
    down: object => ({ ...object, apiVersion }),
  }
}
