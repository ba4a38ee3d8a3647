import { invalid, notSupported, required } from '../../../../schema/rules/errors.ts'
import { configMapKey, dnsLabel, dnsSubdomain, envVarName, qualifiedName } from '../../../../schema/rules/names.ts'
import { compareQuantities } from '../../../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, ResourceFieldSelector } from '../env.ts'
import { wrong } from './names.ts'
import { climbRules } from './paths.ts'

const variableFields = [
  ...['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName'],
  ...['status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'],
]
/** Fields that a file of a downward API volume can hold. */
export const fileFields = [
  ...['metadata.name', 'metadata.namespace', 'metadata.labels', 'metadata.annotations', 'metadata.uid'],
]
const resourceFields = ['cpu', 'memory', 'ephemeral-storage'].flatMap(name => [`limits.${name}`, `requests.${name}`])

export function envRules(variables: readonly EnvVar[], path: Path): FieldError[] {
  return variables.flatMap(({ name, value, valueFrom }, i) => {
    const here = path.index(i)
    const errors = name ? wrong(envVarName(name), here.child('name'), name) : [required(here.child('name'))]
    return valueFrom ? [...errors, ...sourceRules(valueFrom, value ?? '', here.child('valueFrom'))] : errors
  })
}

function sourceRules(source: EnvVarSource, value: string, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source
  if (fieldRef) errors.push(...fieldRefRules(fieldRef, variableFields, path.child('fieldRef')))
  if (resourceFieldRef) errors.push(...resourceRefRules(resourceFieldRef, false, path.child('resourceFieldRef')))
  for (const name of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const ref = source[name]
    if (!ref) continue
    const here = path.child(name)
    errors.push(...wrong(dnsSubdomain(ref.name ?? ''), here.child('name'), ref.name ?? ''))
    errors.push(...(ref.key ? wrong(configMapKey(ref.key), here.child('key'), ref.key) : [required(here.child('key'))]))
  }
  if (fileKeyRef) {
    const here = path.child('fileKeyRef')
    const checks = { key: envVarName, volumeName: dnsLabel } as const
    for (const name of ['key', 'volumeName'] as const) {
      const text = fileKeyRef[name]
      errors.push(...(text ? wrong(checks[name](text), here.child(name), text) : [required(here.child(name))]))
    }
    if (!fileKeyRef.path) errors.push(required(here.child('path')))
    else errors.push(...climbRules(fileKeyRef.path, here.child('path')))
  }
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(one => one).length
  if (sources === 0)
    errors.push(
      invalid(
        path,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    )
  else if (value) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'))
  else if (sources > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
  return errors
}

const subscripted = /^([^[]+)\['(.*)'\]$/
const known = new Set([
  ...['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'],
  ...['spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'spec.schedulerName', 'status.phase'],
  ...['status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs', 'spec.host'],
])

/** A field of the pod: one of `allowed`, or one label or annotation by its key. */
export function fieldRefRules(ref: ObjectFieldSelector, allowed: readonly string[], path: Path): FieldError[] {
  const field = path.child('fieldPath')
  if (!ref.apiVersion) return [required(path.child('apiVersion'))]
  if (!ref.fieldPath) return [required(field)]
  const unconvertible = (why: string) => invalid(field, ref.fieldPath, `error converting fieldPath: ${why}`)
  if (ref.apiVersion !== 'v1') return [unconvertible(`unsupported pod version: ${ref.apiVersion}`)]
  const [, base, subscript] = subscripted.exec(ref.fieldPath) ?? []
  if (base !== undefined && subscript !== undefined) {
    if (base === 'metadata.annotations')
      return wrong(qualifiedName(subscript.toLowerCase()), path, subscript.toLowerCase())
    if (base === 'metadata.labels') return wrong(qualifiedName(subscript), path, subscript)
    return [unconvertible(`field label does not support subscript: ${ref.fieldPath}`)]
  }
  if (!known.has(ref.fieldPath)) return [unconvertible(`field label not supported: ${ref.fieldPath}`)]
  const name = ref.fieldPath === 'spec.host' ? 'spec.nodeName' : ref.fieldPath
  return allowed.includes(name) ? [] : [notSupported(field, name, allowed)]
}

const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

/** A resource amount of a container. Files (`inVolume`) must name the container. */
export function resourceRefRules(ref: ResourceFieldSelector, inVolume: boolean, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const huge = /^(?:limits|requests)\.hugepages-/.test(ref.resource)
  if (inVolume && !ref.containerName) errors.push(required(path.child('containerName')))
  else if (!ref.resource) errors.push(required(path.child('resource')))
  else if (!resourceFields.includes(ref.resource) && !huge)
    errors.push(notSupported(path.child('resource'), ref.resource, resourceFields))
  if (compareQuantities(ref.divisor, '0') === 0) return errors
  const [, name = ''] = /^(?:limits|requests)\.(.*)$/.exec(ref.resource) ?? []
  const bad = (units: string, kind: string) =>
    errors.push(
      invalid(
        path.child('divisor'),
        ref.resource,
        `only divisor's values ${units} are supported with the ${kind} resource`,
      ),
    )
  if (name === 'cpu' && !['1', '1m'].includes(ref.divisor)) bad('1m and 1', 'cpu')
  const kind = huge ? 'hugepages' : { memory: 'memory', 'ephemeral-storage': 'local ephemeral storage' }[name]
  if (kind && !byteDivisors.includes(ref.divisor)) bad(byteDivisors.join(', '), kind)
  return errors
}

export function envFromRules(sources: readonly EnvFromSource[], path: Path): FieldError[] {
  return sources.flatMap((source, i) => {
    const here = path.index(i)
    const errors = source.prefix ? wrong(envVarName(source.prefix), here.child('prefix'), source.prefix) : []
    const names = (['configMapRef', 'secretRef'] as const).filter(name => source[name])
    for (const name of names) {
      const ref = source[name]?.name ?? ''
      const at = here.child(name, 'name')
      // A trailing dash passes: the name is checked as one that may be completed.
      const checked = ref.length > 1 && ref.endsWith('-') ? `${ref.slice(0, -2)}a` : ref
      errors.push(...(ref ? wrong(dnsSubdomain(checked), at, ref) : [required(at)]))
    }
    if (names.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (names.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
    return errors
  })
}
