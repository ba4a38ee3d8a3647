import { forbidden, invalid } from '../../../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../../../schema/rules/names.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { WindowsSecurityContextOptions } from '../security.ts'
import type { PodSpec } from '../spec.ts'
import { wrong } from './names.ts'

const longestCredential = 64 * 1024
const longestDomain = 256
const longestUser = 104
const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const dnsDomain = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

/** Settings of Windows containers. */
export function windowsRules(options: WindowsSecurityContextOptions, path: Path): FieldError[] {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options
  const errors: FieldError[] = []
  if (name !== undefined) errors.push(...wrong(dnsSubdomain(name), path.child('gmsaCredentialSpecName'), name))
  if (spec === '' || (spec !== undefined && spec.length > longestCredential))
    errors.push(
      invalid(
        path.child('gmsaCredentialSpec'),
        spec,
        spec === '' ? 'gmsaCredentialSpec cannot be an empty string' : 'gmsaCredentialSpec size must be under 64 KiB',
      ),
    )
  if (user !== undefined) errors.push(...wrong(userProblems(user), path.child('runAsUserName'), user))
  return errors
}

/** `DOMAIN\\USER`, the domain optional. */
function userProblems(text: string): string[] {
  if (text === '') return ['runAsUserName cannot be an empty string']
  if (/\p{Cc}/u.test(text)) return ['runAsUserName cannot contain control characters']
  const [first = '', second, ...more] = text.split('\\')
  if (more.length > 0) return ['runAsUserName cannot contain more than one backslash']
  const [domain, user] = second === undefined ? [undefined, first] : [first, second]
  const problems: string[] = []
  if (domain !== undefined) {
    if (domain.length >= longestDomain)
      problems.push(`runAsUserName's Domain length must be under ${longestDomain} characters`)
    else if (!netBios.test(domain) && !dnsDomain.test(domain))
      problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
  }
  if (user === '') problems.push("runAsUserName's User cannot be empty")
  if (user.length > longestUser)
    problems.push(`runAsUserName's User length must not be longer than ${longestUser} characters`)
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces")
  if (/["/\\:;|=,+*?<>@[\]]/.test(user))
    problems.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]')
  return problems
}

/** Containers that run as processes of the host: all of them or none, on the host's network. */
export function hostProcessRules(spec: PodSpec, path: Path): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess
  const errors: FieldError[] = []
  let all = 0
  let onHost = 0
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, { securityContext }] of (spec[list] ?? []).entries()) {
      const own = securityContext?.windowsOptions?.hostProcess
      all++
      if (own ?? ofPod) onHost++
      if (ofPod !== undefined && own !== undefined && own !== ofPod)
        errors.push(
          invalid(
            path.child(list).index(i).child('securityContext', 'windowsOptions', 'hostProcess'),
            own,
            `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
          ),
        )
    }
  if (onHost === 0) return errors
  if (onHost !== all)
    errors.push(
      invalid(
        path,
        '',
        'If pod contains any hostProcess containers then all containers must be HostProcess containers',
      ),
    )
  if (!spec.hostNetwork)
    errors.push(
      invalid(path.child('hostNetwork'), false, 'hostNetwork must be true if pod contains any hostProcess containers'),
    )
  return errors
}

const podLinuxOnly = [
  ...(['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'fsGroup', 'fsGroupChangePolicy', 'sysctls'] as const),
  ...(['runAsUser', 'runAsGroup', 'supplementalGroups', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'] as const),
]
const containerLinuxOnly = [
  ...(['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem'] as const),
  ...(['privileged', 'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup'] as const),
]

/** What a pod of the other operating system may not set. */
export function osRules(spec: PodSpec, path: Path): FieldError[] {
  const windows = spec.os?.name === 'windows'
  const refused = (here: Path) =>
    forbidden(here, windows ? 'cannot be set for a windows pod' : 'windows options cannot be set for a linux pod')
  const errors: FieldError[] = []
  const context = spec.securityContext ?? {}
  const at = path.child('securityContext')
  if (windows) {
    for (const name of podLinuxOnly) if (context[name] !== undefined) errors.push(refused(at.child(name)))
    for (const name of ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const)
      if (spec[name] !== undefined) errors.push(refused(path.child(name)))
  } else if (context.windowsOptions) errors.push(refused(at.child('windowsOptions')))
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, { securityContext }] of (spec[list] ?? []).entries()) {
      if (!securityContext) continue
      const here = path.child(list).index(i).child('securityContext')
      if (!windows && securityContext.windowsOptions) errors.push(refused(here.child('windowsOptions')))
      if (!windows) continue
      for (const name of containerLinuxOnly)
        if (securityContext[name] !== undefined) errors.push(refused(here.child(name)))
    }
  return errors
}
