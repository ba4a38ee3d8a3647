import type { ConfigMap } from '../../api/core/configMap.ts'
import type { Secret } from '../../api/core/secret.ts'
import { is } from '../../api/meta/statusError.ts'
import { findContainer } from '../container/env.ts'
import { type Allocatable, fieldValue, resourceValue } from '../container/fieldRef.ts'
import type { Pod } from '../pod.ts'
import type { ProjectedFile } from './atomicWriter.ts'

interface Item {
  readonly key: string
  readonly path: string
  readonly mode?: number
}

interface Selection {
  readonly items?: readonly Item[]
  readonly defaultMode: number
  readonly optional?: boolean
}

/** Files of a ConfigMap's data, all or the chosen ones. Undefined object: it is optional and not there. */
export function configMapFiles(map: ConfigMap | undefined, selection: Selection): Map<string, ProjectedFile> {
  const all = new Map<string, Uint8Array>()
  for (const [key, text] of Object.entries(map?.data ?? {})) all.set(key, Buffer.from(text))
  for (const [key, base64] of Object.entries(map?.binaryData ?? {})) all.set(key, Buffer.from(base64, 'base64'))
  return choose(all, selection, key => `configmap references non-existent config key: ${key}`)
}

/** As `configMapFiles`, of a Secret. */
export function secretFiles(secret: Secret | undefined, selection: Selection): Map<string, ProjectedFile> {
  const all = new Map<string, Uint8Array>()
  for (const [key, base64] of Object.entries(secret?.data ?? {})) all.set(key, Buffer.from(base64, 'base64'))
  return choose(all, selection, key => `references non-existent secret key: ${key}`)
}

function choose(
  all: ReadonlyMap<string, Uint8Array>,
  { items, defaultMode, optional }: Selection,
  missing: (key: string) => string,
): Map<string, ProjectedFile> {
  const files = new Map<string, ProjectedFile>()
  if (!items?.length) {
    for (const [key, data] of all) files.set(key, { data, mode: defaultMode })
    return files
  }
  for (const { key, path, mode } of items) {
    const data = all.get(key)
    if (data) files.set(path, { data, mode: mode ?? defaultMode })
    else if (!optional) throw new Error(missing(key))
  }
  return files
}

interface DownwardItem {
  readonly path: string
  readonly fieldRef?: { readonly fieldPath: string }
  readonly resourceFieldRef?: { readonly containerName?: string; readonly resource: string; readonly divisor?: string }
  readonly mode?: number
}

/** Files of the downward API. A pod's addresses are not among what a volume may show. */
export function downwardFiles(
  pod: Pod,
  items: readonly DownwardItem[],
  defaultMode: number,
  allocatable: Allocatable,
): Map<string, ProjectedFile> {
  const files = new Map<string, ProjectedFile>()
  for (const { path, fieldRef, resourceFieldRef, mode } of items) {
    let text = ''
    if (fieldRef) text = fieldValue(pod, fieldRef.fieldPath, { podIPs: [], hostIPs: [] })
    else if (resourceFieldRef) {
      const { containerName = '', resource, divisor } = resourceFieldRef
      text = resourceValue(findContainer(pod, containerName), resource, divisor, allocatable)
    }
    files.set(path, { data: Buffer.from(text), mode: mode ?? defaultMode })
  }
  return files
}

/** The object; undefined when it is optional and not there. */
export async function ifThere<T>(reading: Promise<T>, optional: boolean | undefined): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (optional && is(error, 'NotFound')) return undefined
    throw error
  }
}
