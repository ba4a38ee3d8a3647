import { bool, fields, int64, list, object, one, oneOf, string, strings } from '../../../schema/fields.ts'
import { int64 as int64Type } from '../../../schema/scalars/basic.ts'
import type { Shape, Type } from '../../../schema/types.ts'

const capabilities = fields({
  /** Capabilities the container gets. */
  add: strings(1, { listType: 'atomic' }),
  /** Capabilities the container loses. */
  drop: strings(2, { listType: 'atomic' }),
})
export interface Capabilities extends Shape<typeof capabilities> {}
export const Capabilities: Type<Capabilities> = object('io.k8s.api.core.v1.Capabilities', capabilities)

const seLinuxOptions = fields({
  /** User of the label. */
  user: string(1),
  /** Role of the label. */
  role: string(2),
  /** Type of the label. */
  type: string(3),
  /** Level of the label. */
  level: string(4),
})
export interface SELinuxOptions extends Shape<typeof seLinuxOptions> {}
export const SELinuxOptions: Type<SELinuxOptions> = object('io.k8s.api.core.v1.SELinuxOptions', seLinuxOptions)

const windowsSecurityContextOptions = fields({
  /** Name of the GMSA credential spec. */
  gmsaCredentialSpecName: string(1, { pointer: true }),
  /** The GMSA credential spec itself. */
  gmsaCredentialSpec: string(2, { pointer: true }),
  /** Windows user the processes run as. */
  runAsUserName: string(3, { pointer: true }),
  /** Run as a process of the host; the same for all containers of the pod. */
  hostProcess: bool(4, { pointer: true }),
})
export interface WindowsSecurityContextOptions extends Shape<typeof windowsSecurityContextOptions> {}
export const WindowsSecurityContextOptions: Type<WindowsSecurityContextOptions> = object(
  'io.k8s.api.core.v1.WindowsSecurityContextOptions',
  windowsSecurityContextOptions,
)

const seccompProfile = fields({
  /** Where the profile comes from. */
  type: oneOf(1, ['Unconfined', 'RuntimeDefault', 'Localhost'], { always: true }),
  /** File of the profile on the node, for type Localhost. */
  localhostProfile: string(2, { pointer: true }),
})
export interface SeccompProfile extends Shape<typeof seccompProfile> {}
export const SeccompProfile: Type<SeccompProfile> = object('io.k8s.api.core.v1.SeccompProfile', seccompProfile)

const appArmorProfile = fields({
  /** Where the profile comes from. */
  type: oneOf(1, ['Unconfined', 'RuntimeDefault', 'Localhost'], { always: true }),
  /** Name of a profile loaded on the node, for type Localhost. */
  localhostProfile: string(2, { pointer: true }),
})
export interface AppArmorProfile extends Shape<typeof appArmorProfile> {}
export const AppArmorProfile: Type<AppArmorProfile> = object('io.k8s.api.core.v1.AppArmorProfile', appArmorProfile)

const securityContext = fields({
  /** Capabilities to add and to drop. */
  capabilities: one(1, Capabilities, { pointer: true }),
  /** Nearly everything that root may do on the host. */
  privileged: bool(2, { pointer: true }),
  /** SELinux label of the container. */
  seLinuxOptions: one(3, SELinuxOptions, { pointer: true }),
  /** Settings of Windows containers. */
  windowsOptions: one(10, WindowsSecurityContextOptions, { pointer: true }),
  /** User id of the first process. */
  runAsUser: int64(4, { pointer: true }),
  /** Group id of the first process. */
  runAsGroup: int64(8, { pointer: true }),
  /** Refuse to start as user 0. */
  runAsNonRoot: bool(5, { pointer: true }),
  /** The container's own file system can't be written. */
  readOnlyRootFilesystem: bool(6, { pointer: true }),
  /** Whether a process may gain more rights than its parent. */
  allowPrivilegeEscalation: bool(7, { pointer: true }),
  /** How /proc is mounted. */
  procMount: oneOf(9, ['Default', 'Unmasked'], { pointer: true }),
  /** Filter of system calls. */
  seccompProfile: one(11, SeccompProfile, { pointer: true }),
  /** AppArmor profile. */
  appArmorProfile: one(12, AppArmorProfile, { pointer: true }),
})
export interface SecurityContext extends Shape<typeof securityContext> {}
export const SecurityContext: Type<SecurityContext> = object('io.k8s.api.core.v1.SecurityContext', securityContext)

const sysctl = fields({
  /** Name of the kernel parameter. */
  name: string(1, { always: true }),
  /** Its value. */
  value: string(2, { always: true }),
})
export interface Sysctl extends Shape<typeof sysctl> {}
export const Sysctl: Type<Sysctl> = object('io.k8s.api.core.v1.Sysctl', sysctl)

const podSecurityContext = fields({
  /** SELinux label of all containers. */
  seLinuxOptions: one(1, SELinuxOptions, { pointer: true }),
  /** Settings of Windows containers. */
  windowsOptions: one(8, WindowsSecurityContextOptions, { pointer: true }),
  /** User id of the first process of every container. */
  runAsUser: int64(2, { pointer: true }),
  /** Group id of the first process of every container. */
  runAsGroup: int64(6, { pointer: true }),
  /** Refuse to start containers as user 0. */
  runAsNonRoot: bool(3, { pointer: true }),
  /** Further groups of the first process of every container. */
  supplementalGroups: list(4, int64Type, { listType: 'atomic' }),
  /** Whether groups of the image's /etc/group are added. */
  supplementalGroupsPolicy: oneOf(12, ['Merge', 'Strict'], { pointer: true }),
  /** Group that owns the files of volumes that support it, and a further group of all processes. */
  fsGroup: int64(5, { pointer: true }),
  /** Kernel parameters of the pod's namespaces. */
  sysctls: list(7, Sysctl, { listType: 'atomic' }),
  /** When the owner of a volume's files is changed. */
  fsGroupChangePolicy: oneOf(9, ['OnRootMismatch', 'Always'], { pointer: true }),
  /** Filter of system calls, of all containers. */
  seccompProfile: one(10, SeccompProfile, { pointer: true }),
  /** AppArmor profile of all containers. */
  appArmorProfile: one(11, AppArmorProfile, { pointer: true }),
  /** How volumes get the SELinux label. */
  seLinuxChangePolicy: oneOf(13, ['Recursive', 'MountOption'], { pointer: true }),
})
export interface PodSecurityContext extends Shape<typeof podSecurityContext> {}
export const PodSecurityContext: Type<PodSecurityContext> = object(
  'io.k8s.api.core.v1.PodSecurityContext',
  podSecurityContext,
)
