import type { Draft } from '../../schema/types.ts'
import type { LinuxContainerSecurityContext } from '../cri/messages/container.ts'
import { namespaceMode, profileType, supplementalGroupsPolicy } from '../cri/messages/shared.ts'
import type { Container, Pod } from '../pod.ts'

/** The user an image says it runs as: a number, or a name that only the image can resolve. */
export interface ImageUser {
  readonly uid?: number
  readonly username?: string
}

/** What seccomp and AppArmor profiles have in common. */
type Profile = { readonly type: string; readonly localhostProfile?: string }

const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
]
const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

/** Which namespaces a pod shares, with the node or among its containers. */
export function namespaceOptions(pod: Pod, targetId?: string) {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace } = pod.spec
  const ownPid = shareProcessNamespace ? namespaceMode.pod : namespaceMode.container
  const pid = hostPID ? namespaceMode.node : ownPid
  const target = targetId !== undefined && pid === namespaceMode.container
  return {
    network: hostNetwork ? namespaceMode.node : namespaceMode.pod,
    pid: target ? namespaceMode.target : pid,
    ipc: hostIPC ? namespaceMode.node : namespaceMode.pod,
    ...(target ? { targetId } : {}),
  }
}

/** A seccomp profile for the runtime; files are looked up in `seccompRoot`. None given means unconfined, as upstream. */
function seccompProfile(profile: Profile | undefined, seccompRoot: string) {
  if (profile?.type === 'RuntimeDefault') return { profileType: profileType.runtimeDefault }
  if (profile?.type !== 'Localhost') return { profileType: profileType.unconfined }
  if (!profile.localhostProfile) {
    throw new Error('localhostProfile must be set if seccompProfile type is Localhost.')
  }
  return { profileType: profileType.localhost, localhostRef: `${seccompRoot}/${profile.localhostProfile}` }
}

/** An AppArmor profile in both spellings that runtimes read; none given leaves it to the runtime. */
function appArmor(profile: Profile | undefined) {
  if (!profile) return {}
  const { type, localhostProfile = '' } = profile
  if (type === 'Unconfined') return { apparmor: { profileType: profileType.unconfined }, apparmorProfile: 'unconfined' }
  if (type === 'RuntimeDefault') {
    return { apparmor: { profileType: profileType.runtimeDefault }, apparmorProfile: 'runtime/default' }
  }
  if (!localhostProfile) throw new Error('missing localhost apparmor profile name')
  return {
    apparmor: { profileType: profileType.localhost, localhostRef: localhostProfile },
    apparmorProfile: `localhost/${localhostProfile}`,
  }
}

/** Refuses a container that must not run as root but would, as far as can be told (`verifyRunAsNonRoot`). */
export function verifyNonRoot(pod: Pod, container: Container, image: ImageUser): void {
  const own = container.securityContext
  const common = pod.spec.securityContext
  if (!(own?.runAsNonRoot ?? common?.runAsNonRoot)) return
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`
  const asked = own?.runAsUser ?? common?.runAsUser
  if (asked !== undefined) {
    if (asked === 0) throw new Error(`container's runAsUser breaks non-root policy ${where}`)
    return
  }
  if (image.uid === 0) throw new Error(`container has runAsNonRoot and image will run as root ${where}`)
  if (image.uid === undefined && image.username) {
    throw new Error(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`,
    )
  }
}

/** The security settings of one container, its own over the pod's (`determineEffectiveSecurityContext`). */
export function securityContext(
  pod: Pod,
  container: Container,
  image: ImageUser,
  options: { readonly seccompRoot: string; readonly targetId?: string },
): Draft<LinuxContainerSecurityContext> {
  const own = container.securityContext ?? {}
  const common = pod.spec.securityContext ?? {}
  const privileged = own.privileged ?? false
  const user = own.runAsUser ?? common.runAsUser
  const group = own.runAsGroup ?? common.runAsGroup
  const noUser = user === undefined
  const unmasked = own.procMount === 'Unmasked'
  const { add = [], drop = [] } = own.capabilities ?? {}
  const escalates = own.allowPrivilegeEscalation ?? true
  const groups = [...(common.fsGroup === undefined ? [] : [common.fsGroup]), ...(common.supplementalGroups ?? [])]
  const seLinux = own.seLinuxOptions ?? common.seLinuxOptions
  return {
    capabilities: { addCapabilities: add, dropCapabilities: drop },
    privileged,
    namespaceOptions: namespaceOptions(pod, options.targetId),
    ...(seLinux ? { selinuxOptions: seLinux } : {}),
    ...(user === undefined ? {} : { runAsUser: { value: user } }),
    ...(noUser && image.uid !== undefined ? { runAsUser: { value: image.uid } } : {}),
    ...(noUser && image.uid === undefined && image.username ? { runAsUsername: image.username } : {}),
    ...(group === undefined ? {} : { runAsGroup: { value: group } }),
    readonlyRootfs: own.readOnlyRootFilesystem ?? false,
    noNewPrivs: !escalates,
    supplementalGroups: groups,
    supplementalGroupsPolicy:
      supplementalGroupsPolicy[(common.supplementalGroupsPolicy ?? 'Merge') as 'Merge' | 'Strict'],
    maskedPaths: unmasked ? [] : maskedPaths,
    readonlyPaths: unmasked ? [] : readonlyPaths,
    ...appArmor(own.appArmorProfile ?? common.appArmorProfile),
    seccomp: seccompProfile(own.seccompProfile ?? common.seccompProfile, options.seccompRoot),
  }
}
