import { invalid, notFound, notSupported, required } from '../../../../schema/rules/errors.ts'
import { dnsSubdomain, qualifiedName } from '../../../../schema/rules/names.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { labelRules } from '../../../meta/labelSelector.ts'
import type { ObjectMeta } from '../../../meta/objectMeta.ts'
import type { PodSpec } from '../spec.ts'
import { affinityRules } from './affinity.ts'
import { containerRules, ephemeralContainerRules, initContainerRules, type Surroundings } from './containers.ts'
import { wrong } from './names.ts'
import { dnsRules, hostAliasRules, hostNetworkRules, hostnameRules, hostUsersRules } from './network.ts'
import { gateRules, podClaimRules, spreadRules, tolerationRules } from './placement.ts'
import { podResourceRules } from './podResources.ts'
import { resourceRules } from './resources.ts'
import { podSecurityRules } from './security.ts'
import { volumeRules } from './volumes.ts'
import { hostProcessRules, osRules } from './windows.ts'

const mostSeconds = 2147483647

/**
 * Rules of a PodSpec over several fields, and those that depend on each other. `meta` is there for real pods, absent for
 * templates. Of upstream's ValidatePodSpec, in its order.
 */
export function podSpecRules(spec: PodSpec, path: Path, meta?: ObjectMeta): FieldError[] {
  const errors: FieldError[] = []
  if (spec.terminationGracePeriodSeconds === undefined)
    errors.push(required(path.child('terminationGracePeriodSeconds')))
  const volumes = volumeRules(spec.volumes ?? [], meta, path.child('volumes'))
  const claims = (spec.resourceClaims ?? []).map(({ name }) => name)
  const around: Surroundings = { spec, volumes: volumes.usable, claims }
  errors.push(
    ...volumes.errors,
    ...podClaimRules(spec.resourceClaims ?? [], meta, path.child('resourceClaims')),
    ...containerRules(around, path.child('containers')),
    ...initContainerRules(around, path.child('initContainers')),
    ...ephemeralContainerRules(around, path.child('ephemeralContainers')),
    ...podResourceRules(spec, claims, path.child('resources')),
    ...hostNetworkRules(spec, meta !== undefined, path),
    ...labelRules(spec.nodeSelector ?? {}, path.child('nodeSelector')),
    ...podSecurityRules(spec.securityContext ?? {}, spec, path.child('securityContext')),
    ...affinityRules(spec.affinity ?? {}, path.child('affinity')),
    ...dnsRules(spec, path.child('dnsConfig')),
    ...readinessGateRules(spec, path.child('readinessGates')),
    ...gateRules(spec.schedulingGates ?? [], path.child('schedulingGates')),
    ...spreadRules(spec.topologySpreadConstraints ?? [], path.child('topologySpreadConstraints')),
    ...hostProcessRules(spec, path),
    ...hostUsersRules(spec, path),
    ...hostnameRules(spec, path),
  )
  for (const name of ['serviceAccountName', 'nodeName', 'priorityClassName'] as const) {
    const text = spec[name]
    if (text) errors.push(...wrong(dnsSubdomain(text), path.child(name), text))
  }
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined && (deadline < 1 || deadline > mostSeconds))
    errors.push(
      invalid(path.child('activeDeadlineSeconds'), deadline, `must be between 1 and ${mostSeconds}, inclusive`),
    )
  errors.push(
    ...tolerationRules(spec.tolerations ?? [], path.child('tolerations')),
    ...hostAliasRules(spec, path.child('hostAliases')),
  )
  const { runtimeClassName, overhead, os } = spec
  if (runtimeClassName !== undefined)
    errors.push(...wrong(dnsSubdomain(runtimeClassName), path.child('runtimeClassName'), runtimeClassName))
  if (overhead) errors.push(...resourceRules({ limits: overhead }, path.child('overhead')))
  if (os && !os.name) errors.push(required(path.child('os', 'name')))
  else if (os && os.name !== 'linux' && os.name !== 'windows')
    errors.push(notSupported(path.child('os'), os.name, ['linux', 'windows']))
  else if (os) errors.push(...osRules(spec, path))
  return [...errors, ...fileKeyRules(spec, path)]
}

const readinessGateRules = ({ readinessGates = [] }: PodSpec, path: Path): FieldError[] =>
  readinessGates.flatMap(({ conditionType }, i) =>
    wrong(qualifiedName(conditionType), path.index(i).child('conditionType'), conditionType),
  )

/** Variables can be read only from files of an emptyDir. */
function fileKeyRules(spec: PodSpec, path: Path): FieldError[] {
  const errors: FieldError[] = []
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, { env = [] }] of (spec[list] ?? []).entries())
      for (const [j, { valueFrom }] of env.entries()) {
        const name = valueFrom?.fileKeyRef?.volumeName
        if (name === undefined) continue
        const here = path.child(list).index(i).child('env').index(j).child('valueFrom', 'fileKeyRef', 'volumeName')
        const volume = spec.volumes?.find(one => one.name === name)
        if (!volume) errors.push(notFound(here, name))
        else if (!volume.emptyDir) errors.push(invalid(here, name, 'referenced volume must be of type emptyDir'))
      }
  return errors
}
