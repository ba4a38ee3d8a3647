import { parseLegacyIP } from '../../../../base/ip.ts'
import { duplicate, forbidden, internal, invalid } from '../../../../schema/rules/errors.ts'
import { dnsSubdomain, qualifiedName } from '../../../../schema/rules/names.ts'
import { at } from '../../../../schema/rules/path.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { ipRules } from '../../addresses.ts'
import type { Container } from '../container.ts'
import type { ContainerStatus } from '../containerStatus.ts'
import type { Pod } from '../pod.ts'
import { isSidecar } from '../requests.ts'
import type { PodSpec } from '../spec.ts'
import { podAnnotationUpdateRules } from './annotations.ts'
import { wrong } from './names.ts'

const path = at('status')
const notNegative = 'must be a non-negative integer'

/** What a write of the status may say. Of upstream's ValidatePodStatusUpdate. */
export function podStatusRules(pod: Pod, old: Pod): readonly FieldError[] {
  const { status, spec } = pod
  const errors = podAnnotationUpdateRules(pod.metadata, old.metadata, at('metadata', 'annotations'))
  for (const [i, { type, observedGeneration = 0 }] of (status.conditions ?? []).entries()) {
    const here = path.child('conditions').index(i)
    if (observedGeneration < 0) errors.push(invalid(here.child('observedGeneration'), observedGeneration, notNegative))
    errors.push(...wrong(qualifiedName(type), here.child('Type'), type))
  }
  const nominated = status.nominatedNodeName
  if (nominated && nominated !== old.status.nominatedNodeName) {
    const here = path.child('nominatedNodeName')
    errors.push(...wrong(dnsSubdomain(nominated), here, nominated))
    if (old.spec.nodeName) errors.push(forbidden(here, 'may not be set on pods that are already bound to a node'))
  }
  if ((status.observedGeneration ?? 0) < 0)
    errors.push(invalid(path.child('observedGeneration'), status.observedGeneration, notNegative))
  if (status.qosClass !== old.status.qosClass)
    errors.push(invalid(path.child('qosClass'), status.qosClass ?? '', 'field is immutable'))
  return [
    ...errors,
    ...transitionRules(pod, old, 'containerStatuses', spec.containers),
    ...transitionRules(pod, old, 'initContainerStatuses', spec.initContainers ?? []),
    ...transitionRules(pod, old, 'ephemeralContainerStatuses', []),
    ...claimStatusRules(pod),
    ...addressRules(status.podIPs ?? [], old.status.podIPs ?? [], path.child('podIPs')),
    ...hostAddressRules(pod, old),
  ]
}

type StatusList = 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses'

/** A container that ended for good doesn't come back. */
function transitionRules(pod: Pod, old: Pod, list: StatusList, containers: readonly Container[]): FieldError[] {
  if (list !== 'ephemeralContainerStatuses' && restartsAll(old.spec)) return []
  return (old.status[list] ?? []).flatMap(({ name, state: { terminated } }, i) => {
    if (!terminated) return []
    const now = pod.status[list]?.find(status => status.name === name)
    if (!now || now.state.terminated) return []
    const container = containers.find(one => one.name === name)
    if (container && mayRestart(container, old.spec, terminated)) return []
    return [forbidden(path.child(list).index(i).child('state'), 'may not be transitioned to non-terminated state')]
  })
}

/** One container's rule may start all of them again. */
const restartsAll = (spec: PodSpec): boolean =>
  [...spec.containers, ...(spec.initContainers ?? [])].some(container =>
    container.restartPolicyRules?.some(rule => rule.action === 'RestartAllContainers'),
  )

/** Whether a container that ended is started again: by its rules, its own policy, or the pod's. */
export function mayRestart(
  container: Container,
  spec: PodSpec,
  { exitCode }: NonNullable<ContainerStatus['state']['terminated']>,
): boolean {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    const listed = exitCodes?.values?.includes(exitCode) ?? false
    if (action === 'Restart' && exitCodes && listed === (exitCodes.operator === 'In')) return true
  }
  if (isSidecar(container)) return true
  const policy = container.restartPolicy ?? spec.restartPolicy
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

function claimStatusRules({ status, spec }: Pod): FieldError[] {
  const seen = new Set<string>()
  return (status.resourceClaimStatuses ?? []).flatMap(({ name, resourceClaimName }, i) => {
    const here = path.child('resourceClaimStatuses').index(i)
    const errors: FieldError[] = []
    if (!spec.resourceClaims?.some(claim => claim.name === name))
      errors.push(invalid(here.child('name'), name, 'must match the name of an entry in `spec.resourceClaims`'))
    if (seen.has(name)) errors.push(duplicate(here.child('name'), name))
    seen.add(name)
    if (resourceClaimName !== undefined)
      errors.push(...wrong(dnsSubdomain(resourceClaimName), here.child('resourceClaimName'), resourceClaimName))
    return errors
  })
}

interface Held {
  readonly ip: string
}

/** Addresses, at most one of each IP family. */
function addressRules(addresses: readonly Held[], old: readonly Held[], here: Path): FieldError[] {
  const kept = old.map(({ ip }) => ip)
  const errors = addresses.flatMap(({ ip }, i) => ipRules(ip, here.index(i), kept))
  if (addresses.length < 2) return errors
  const families = addresses.map(({ ip }) => parseLegacyIP(ip)?.family)
  const bad = families.indexOf(undefined)
  if (bad >= 0)
    errors.push(internal(here, `failed to check for dual stack with error:invalid IP[${bad}]: ${addresses[bad]?.ip}`))
  if (bad >= 0 || addresses.length > 2 || new Set(families).size < 2)
    errors.push(invalid(here, addresses, 'may specify no more than one IP for each IP family'))
  return errors
}

function hostAddressRules({ status }: Pod, old: Pod): FieldError[] {
  const { hostIP = '', hostIPs = [] } = status
  const here = path.child('hostIPs')
  const first = hostIPs[0]?.ip
  const errors =
    first !== undefined && first !== hostIP
      ? [invalid(here.index(0).child('ip'), first, 'must be equal to `hostIP`')]
      : []
  return [...errors, ...addressRules(hostIPs, old.status.hostIPs ?? [], here)]
}
