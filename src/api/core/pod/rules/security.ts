import { duplicate, invalid, required, tooLong } from '../../../../schema/rules/errors.ts'
import { userNumber } from '../../../../schema/rules/names.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { AppArmorProfile, PodSecurityContext, SeccompProfile, SecurityContext } from '../security.ts'
import type { PodSpec } from '../spec.ts'
import { wrong } from './names.ts'
import { belowRules } from './paths.ts'
import { windowsRules } from './windows.ts'

const sysctlName = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const sysctlRegex = String.raw`^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$`
const longestSysctl = 253

/** Which namespace a kernel parameter belongs to. */
function sysctlNamespace(name: string): 'ipc' | 'net' | undefined {
  const dotted = dottedSysctl(name)
  if (dotted.startsWith('net.')) return 'net'
  return /^(?:kernel\.sem$|kernel\.shm(?:all|max|mni|_rmid_forced)?$|kernel\.msg(?:max|mnb|mni)?$|fs\.mqueue\.)/.test(
    dotted,
  )
    ? 'ipc'
    : undefined
}

/** With slashes between parts, dots belong to the parts. */
function dottedSysctl(name: string): string {
  const first = /[./]/.exec(name)?.[0]
  return first === '/' ? name.replaceAll(/[./]/g, c => (c === '/' ? '.' : '/')) : name
}

function sysctlRules(context: PodSecurityContext, spec: PodSpec, path: Path): FieldError[] {
  const seen = new Set<string>()
  return (context.sysctls ?? []).flatMap(({ name }, i) => {
    const here = path.index(i).child('name')
    const errors: FieldError[] = []
    if (!name) errors.push(required(here))
    else if (name.length > longestSysctl || !sysctlName.test(name))
      errors.push(invalid(here, name, `must have at most ${longestSysctl} characters and match regex ${sysctlRegex}`))
    else if (seen.has(name)) errors.push(duplicate(here, name))
    seen.add(name)
    const namespace = sysctlNamespace(name)
    if (spec.hostNetwork && namespace === 'net')
      errors.push(invalid(here, name, "may not be specified when 'hostNetwork' is true"))
    else if (spec.hostIPC && namespace === 'ipc')
      errors.push(invalid(here, name, "may not be specified when 'hostIPC' is true"))
    return errors
  })
}

function seccompRules(profile: SeccompProfile, path: Path): FieldError[] {
  const here = path.child('localhostProfile')
  const errors: FieldError[] = []
  if (profile.type === 'Localhost') {
    if (profile.localhostProfile === undefined)
      errors.push(required(here, 'must be set when seccomp type is Localhost'))
    else errors.push(...belowRules(profile.localhostProfile, here))
  } else if (profile.localhostProfile !== undefined)
    errors.push(invalid(here, profile, 'can only be set when seccomp type is Localhost'))
  return errors
}

const longestProfile = 4095

function appArmorRules({ type, localhostProfile }: AppArmorProfile, path: Path): FieldError[] {
  const here = path.child('localhostProfile')
  if (type !== 'Localhost')
    return localhostProfile === undefined
      ? []
      : [invalid(here, localhostProfile, 'can only be set when AppArmor type is Localhost')]
  const missing = required(here, 'must be set when AppArmor type is Localhost')
  if (localhostProfile === undefined) return [missing]
  const errors: FieldError[] = []
  if (localhostProfile.trim() !== localhostProfile)
    errors.push(invalid(here, localhostProfile, 'must not be padded with whitespace'))
  else if (localhostProfile === '') errors.push(missing)
  if (localhostProfile.length > longestProfile) errors.push(tooLong(here, longestProfile))
  return errors
}

/** Security settings of the pod as a whole. `path` is that of the settings. */
export function podSecurityRules(context: PodSecurityContext, spec: PodSpec, path: Path): FieldError[] {
  const errors: FieldError[] = []
  for (const name of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) {
    const id = context[name]
    if (id !== undefined) errors.push(...wrong(userNumber(id), path.child(name), id))
  }
  for (const [i, id] of (context.supplementalGroups ?? []).entries())
    errors.push(...wrong(userNumber(id), path.child('supplementalGroups').index(i), id))
  if (spec.shareProcessNamespace && spec.hostPID)
    errors.push(
      invalid(path.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    )
  errors.push(...sysctlRules(context, spec, path.child('sysctls')))
  return [...errors, ...profileRules(context, path)]
}

function profileRules(context: SecurityContext | PodSecurityContext, path: Path): FieldError[] {
  const { seccompProfile, windowsOptions, appArmorProfile } = context
  return [
    ...(seccompProfile ? seccompRules(seccompProfile, path.child('seccompProfile')) : []),
    ...(windowsOptions ? windowsRules(windowsOptions, path.child('windowsOptions')) : []),
    ...(appArmorProfile ? appArmorRules(appArmorProfile, path.child('appArmorProfile')) : []),
  ]
}

/** Security settings of a container. `hostUsers`: the pod uses the node's user ids. */
export function securityRules(context: SecurityContext, hostUsers: boolean, path: Path): FieldError[] {
  const errors: FieldError[] = []
  for (const name of ['runAsUser', 'runAsGroup'] as const) {
    const id = context[name]
    if (id !== undefined) errors.push(...wrong(userNumber(id), path.child(name), id))
  }
  if (hostUsers && context.procMount === 'Unmasked')
    errors.push(invalid(path.child('procMount'), 'Unmasked', '`hostUsers` must be false to use `Unmasked`'))
  if (context.allowPrivilegeEscalation === false) {
    const clash = (other: string) =>
      errors.push(invalid(path, context, `cannot set \`allowPrivilegeEscalation\` to false and ${other}`))
    if (context.privileged) clash('`privileged` to true')
    for (const name of context.capabilities?.add ?? [])
      if (name === 'CAP_SYS_ADMIN') clash('`capabilities.Add` CAP_SYS_ADMIN')
  }
  return [...errors, ...profileRules(context, path)]
}
