import { duplicate, forbidden, invalid, notFound, required } from '../../../../schema/rules/errors.ts'
import { dnsLabel } from '../../../../schema/rules/names.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { Container, EphemeralContainer } from '../container.ts'
import { isSidecar } from '../requests.ts'
import type { PodSpec } from '../spec.ts'
import type { Volume } from '../volume.ts'
import { envFromRules, envRules } from './env.ts'
import { deviceRules, mountRules } from './mounts.ts'
import { wrong } from './names.ts'
import { hostPortRules, portRules } from './ports.ts'
import { lifecycleRules, probesRules } from './probes.ts'
import { resourceRules } from './resources.ts'
import { resizePolicyRules, restartRules } from './restart.ts'
import { securityRules } from './security.ts'

/** What rules of a container must know of its pod. */
export interface Surroundings {
  readonly spec: PodSpec
  /** Volumes that are well formed, by name. */
  readonly volumes: ReadonlyMap<string, Volume>
  /** Names of the pod's `resourceClaims`. */
  readonly claims: readonly string[]
}

function commonRules(container: Container, { spec, volumes, claims }: Surroundings, path: Path): FieldError[] {
  const { name, image, securityContext } = container
  const errors = name ? wrong(dnsLabel(name), path.child('name'), name) : [required(path.child('name'))]
  if (!image) errors.push(required(path.child('image')))
  errors.push(
    ...portRules(container.ports ?? [], path.child('ports')),
    ...envRules(container.env ?? [], path.child('env')),
    ...envFromRules(container.envFrom ?? [], path.child('envFrom')),
    ...mountRules(container, volumes, path.child('volumeMounts')),
    ...deviceRules(container, volumes, path.child('volumeDevices')),
    ...resourceRules(container.resources, path.child('resources'), claims),
    ...resizePolicyRules(container.resizePolicy ?? [], spec.restartPolicy, path.child('resizePolicy')),
  )
  if (securityContext)
    errors.push(...securityRules(securityContext, spec.hostUsers !== false, path.child('securityContext')))
  return errors
}

/** What only containers that keep running have. */
function runningRules(container: Container, { spec }: Surroundings, path: Path): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds
  const { lifecycle } = container
  return [
    ...(lifecycle ? lifecycleRules(lifecycle, grace, spec.os, path.child('lifecycle')) : []),
    ...probesRules(container, grace, path),
  ]
}

/** The ordinary containers: at least one, unique names, no port of the node twice. */
export function containerRules(around: Surroundings, path: Path): FieldError[] {
  const { containers } = around.spec
  if (containers.length === 0) return [required(path)]
  const names = new Set<string>()
  const errors = containers.flatMap((container, i) => {
    const here = path.index(i)
    const found = commonRules(container, around, here)
    if (names.has(container.name)) found.push(duplicate(here.child('name'), container.name))
    names.add(container.name)
    return [...found, ...runningRules(container, around, here), ...restartRules(container, here)]
  })
  return [...errors, ...hostPortRules(containers, path)]
}

const notForInit = 'may not be set for init containers without restartPolicy=Always'

/** The init containers: names unique among these and the ordinary ones; probes only for sidecars. */
export function initContainerRules(around: Surroundings, path: Path): FieldError[] {
  const names = new Set(around.spec.containers.map(({ name }) => name))
  return (around.spec.initContainers ?? []).flatMap((container, i) => {
    const here = path.index(i)
    const errors = [...commonRules(container, around, here), ...restartRules(container, here)]
    if (names.has(container.name)) errors.push(duplicate(here.child('name'), container.name))
    if (container.name) names.add(container.name)
    errors.push(...hostPortRules([container], path))
    if (isSidecar(container)) return [...errors, ...runningRules(container, around, here)]
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
      if (container[name]) errors.push(forbidden(here.child(name), notForInit))
    for (const [j, { restartPolicy }] of (container.resizePolicy ?? []).entries())
      if (restartPolicy === 'RestartContainer')
        errors.push(
          invalid(
            here.child('resizePolicy').index(j).child('restartPolicy'),
            restartPolicy,
            "must not be set to 'RestartContainer' for non-sidecar initContainers",
          ),
        )
    return errors
  })
}

const notForEphemeral = 'cannot be set for an Ephemeral Container'
const refused = [
  ...(['ports', 'resources', 'resizePolicy', 'restartPolicy', 'restartPolicyRules', 'livenessProbe'] as const),
  ...(['readinessProbe', 'startupProbe', 'lifecycle'] as const),
]

const given = (container: EphemeralContainer, name: (typeof refused)[number]) =>
  name === 'resources' ? Object.keys(container.resources).length > 0 : container[name] !== undefined

/** Ephemeral containers: nothing that serves the pod's work. */
export function ephemeralContainerRules(around: Surroundings, path: Path): FieldError[] {
  const { containers, initContainers = [], ephemeralContainers = [] } = around.spec
  const others = new Set([...containers, ...initContainers].map(({ name }) => name))
  const names = new Set(others)
  return ephemeralContainers.flatMap((container, i) => {
    const here = path.index(i)
    const { name, targetContainerName } = container
    const errors = [...commonRules(container, around, here), ...imageSpaceRules(container, here)]
    if (names.has(name)) errors.push(duplicate(here.child('name'), name))
    names.add(name)
    if (targetContainerName && !others.has(targetContainerName))
      errors.push(notFound(here.child('targetContainerName'), targetContainerName))
    for (const field of refused) if (given(container, field)) errors.push(forbidden(here.child(field), notForEphemeral))
    for (const [j, mount] of (container.volumeMounts ?? []).entries())
      for (const field of ['subPath', 'subPathExpr'] as const)
        if (mount[field]) errors.push(forbidden(here.child('volumeMounts').index(j).child(field), notForEphemeral))
    return errors
  })
}

/** An image of a real pod has no space around it. */
export const imageSpaceRules = ({ image = '' }: Container, path: Path): FieldError[] =>
  image.trim() === image ? [] : [invalid(path.child('image'), image, 'must not have leading or trailing whitespace')]
