import type { ConfigMap } from '../../api/core/configMap.ts'
import type { Secret } from '../../api/core/secret.ts'
import type { Service } from '../../api/core/service.ts'
import type { Container, EnvVar, Pod } from '../pod.ts'
import { ifThere } from '../volumes/payload.ts'
import { expand, lookupIn } from './expand.ts'
import { type Addresses, type Allocatable, fieldValue, resourceValue } from './fieldRef.ts'
import { serviceEnv, servicesFor } from './serviceEnv.ts'

/** Objects that a pod names. Rejects with a NotFound StatusError for what is not there. */
export interface ReferenceReader {
  configMap(namespace: string, name: string): Promise<ConfigMap>
  secret(namespace: string, name: string): Promise<Secret>
}

export interface EnvSources {
  readonly references: ReferenceReader
  readonly addresses: Addresses
  readonly allocatable: Allocatable
  /** All services known; undefined while they have not been read once. */
  readonly services: readonly Service[] | undefined
}

const textOf = (base64: string) => Buffer.from(base64, 'base64').toString()

/**
 * The variables of a container, by name: `envFrom` first, then `env` over it in order, then services that nothing
 * overrides (upstream: `makeEnvironmentVariables`). Throws what the user must mend.
 */
export async function environment(pod: Pod, container: Container, sources: EnvSources): Promise<Map<string, string>> {
  if (!sources.services) {
    throw new Error('services have not yet been read at least once, cannot construct envvars')
  }
  const namespace = pod.metadata.namespace ?? ''
  const links = pod.spec.enableServiceLinks ?? true
  const services = serviceEnv(servicesFor(sources.services, namespace, links))
  const env = new Map<string, string>()
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef) {
      const map = await ifThere(sources.references.configMap(namespace, configMapRef.name ?? ''), configMapRef.optional)
      for (const [key, value] of Object.entries(map?.data ?? {})) env.set(prefix + key, value)
    } else if (secretRef) {
      const secret = await ifThere(sources.references.secret(namespace, secretRef.name ?? ''), secretRef.optional)
      for (const [key, value] of Object.entries(secret?.data ?? {})) env.set(prefix + key, textOf(value))
    }
  }
  for (const variable of container.env ?? []) {
    const value = variable.value
      ? expand(variable.value, lookupIn(env, services))
      : await sourced(pod, container, variable, sources)
    if (value !== undefined) env.set(variable.name, value)
  }
  for (const [name, value] of services) if (!env.has(name)) env.set(name, value)
  return env
}

/** The value of a variable that comes from elsewhere; undefined when it is left out. */
async function sourced(
  pod: Pod,
  container: Container,
  { name, valueFrom }: EnvVar,
  { references, addresses, allocatable }: EnvSources,
): Promise<string | undefined> {
  const namespace = pod.metadata.namespace ?? ''
  if (!valueFrom) return ''
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom
  if (fieldRef) return fieldValue(pod, fieldRef.fieldPath, addresses)
  if (resourceFieldRef) {
    const { containerName, resource, divisor } = resourceFieldRef
    const of = containerName ? findContainer(pod, containerName) : container
    return resourceValue(of, resource, divisor, allocatable)
  }
  if (configMapKeyRef) {
    const { name = '', key, optional } = configMapKeyRef
    const map = await ifThere(references.configMap(namespace, name), optional)
    const value = map?.data?.[key]
    if (value !== undefined || optional) return value
    throw new Error(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`)
  }
  if (secretKeyRef) {
    const { name = '', key, optional } = secretKeyRef
    const secret = await ifThere(references.secret(namespace, name), optional)
    const value = secret?.data?.[key]
    if (value !== undefined) return textOf(value)
    if (optional) return undefined
    throw new Error(`couldn't find key ${key} in Secret ${namespace}/${name}`)
  }
  throw new Error(`environment variable ${name} has a source that this node does not know`)
}

/** A container of the pod by name. Throws when there is none. */
export function findContainer(pod: Pod, name: string): Container {
  const found = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(each => each.name === name)
  if (!found) throw new Error(`container ${name} not found`)
  return found
}
