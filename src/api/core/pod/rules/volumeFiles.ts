import { forbidden, invalid, required } from '../../../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, VolumeProjection } from '../volumeFiles.ts'
import { fieldRefRules, fileFields, resourceRefRules } from './env.ts'
import { fileRules, modeRules } from './paths.ts'

/** Keys that become files. */
export const itemRules = (items: readonly KeyToPath[] | undefined, path: Path): FieldError[] =>
  (items ?? []).flatMap((item, i) => {
    const here = path.index(i)
    return [
      ...(item.key ? [] : [required(here.child('key'))]),
      ...(item.path ? [] : [required(here.child('path'))]),
      ...fileRules(item.path, here.child('path')),
      ...modeRules(item.mode, here.child('mode')),
    ]
  })

/** A file from a field of the pod, or from a resource amount. */
export function downwardFileRules(file: DownwardAPIVolumeFile, path: Path): FieldError[] {
  const errors = file.path ? [] : [required(path.child('path'))]
  errors.push(...fileRules(file.path, path.child('path')))
  if (file.fieldRef) {
    errors.push(...fieldRefRules(file.fieldRef, fileFields, path.child('fieldRef')))
    if (file.resourceFieldRef)
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
  } else if (file.resourceFieldRef)
    errors.push(...resourceRefRules(file.resourceFieldRef, true, path.child('resourceFieldRef')))
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'))
  return [...errors, ...modeRules(file.mode, path.child('mode'))]
}

const shortestToken = 600
const longestToken = 2 ** 32

/** Several sources in one directory: each of one kind, no two files at one path. */
export function projectedRules({ sources, defaultMode }: ProjectedVolumeSource, path: Path): FieldError[] {
  const errors = modeRules(defaultMode, path.child('defaultMode'))
  const taken = new Set<string>()
  const claim = (file: string, told: string) => {
    if (!file) return
    if (taken.has(file)) errors.push(invalid(path, told, 'conflicting duplicate paths'))
    taken.add(file)
  }
  for (const [i, source] of sources.entries()) {
    const here = path.child('sources').index(i)
    errors.push(...projectionRules(source, here, path, claim))
    if (Object.values(source).filter(one => one !== undefined).length > 1)
      errors.push(forbidden(here, 'may not specify more than 1 volume type per source'))
  }
  return errors
}

function projectionRules(
  source: VolumeProjection,
  path: Path,
  volume: Path,
  claim: (file: string, told: string) => void,
): FieldError[] {
  const errors: FieldError[] = []
  for (const kind of ['secret', 'configMap'] as const) {
    const part = source[kind]
    if (!part) continue
    const here = path.child(kind)
    if (!part.name) errors.push(required(here.child('name')))
    errors.push(...itemRules(part.items, here.child('items')))
    for (const item of part.items ?? []) claim(item.path, part.name ?? '')
  }
  for (const file of source.downwardAPI?.items ?? []) {
    errors.push(...downwardFileRules(file, path.child('downwardAPI')))
    claim(file.path, file.path)
  }
  const token = source.serviceAccountToken
  if (token) {
    const seconds = token.expirationSeconds ?? 0
    const here = path.child('serviceAccountToken', 'expirationSeconds')
    if (seconds < shortestToken) errors.push(invalid(here, seconds, 'may not specify a duration less than 10 minutes'))
    if (seconds > longestToken)
      errors.push(invalid(here, seconds, 'may not specify a duration larger than 2^32 seconds'))
    // Upstream tells the path of a token without its source.
    if (!token.path) errors.push(required(volume.child('path')))
    else errors.push(...fileRules(token.path, volume.child('path')))
  }
  return errors
}
