import type { Type } from '../../schema/types.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'

const stored = 'storage.k8s.io/v1'

/** A version of a kind from before v1, which differs by name alone. Releases are those of upstream: `1.19`. */
export const beforeV1 = <T extends KubeObject>(
  version: 'v1beta1' | 'v1alpha1',
  kind: string,
  type: Type<T>,
  deprecated: string,
  removed: string,
  replacement = stored,
): ServedVersion<T> =>
  renamedVersion(`storage.k8s.io/${version}`, stored, type, {
    deprecation: removedVersion(`storage.k8s.io/${version}`, kind, deprecated, removed, replacement),
  })
