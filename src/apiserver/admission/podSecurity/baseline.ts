import {
  type AnyContainer,
  type Check,
  containersOf,
  containersWith,
  hasOwnUsers,
  named,
  plural,
  quoted,
  type Subject,
  setters,
  sorted,
  type Violation,
} from './check.ts'

type Find = (subject: Subject) => Violation | undefined
const always = (id: string, find: Find): Check => ({ id, versions: [{ since: 0, find }] })

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'
const appArmorTypes = new Set(['RuntimeDefault', 'Localhost'])
const appArmor: Find = subject => {
  const { metadata, spec } = subject
  const bad = (type: string | undefined): type is string => type !== undefined && !appArmorTypes.has(type)
  const ofPod = spec.securityContext?.appArmorProfile?.type
  const typeOf = (container: AnyContainer) => container.securityContext?.appArmorProfile?.type
  const containers = containersWith(subject, container => bad(typeOf(container)))
  const annotations = Object.entries(metadata.annotations ?? {})
    .filter(
      ([key, value]) =>
        key.startsWith(appArmorPrefix) && value && value !== 'runtime/default' && !value.startsWith('localhost/'),
    )
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const who = [
    setters(bad(ofPod), containers),
    annotations.length > 0 ? plural(annotations.length, 'annotation') : '',
  ].filter(Boolean)
  if (who.length === 0) return undefined
  const values = [
    ...sorted([ofPod, ...containersOf(subject).map(typeOf)].flatMap(type => (bad(type) ? [type] : []))),
    ...sorted(annotations),
  ]
  return {
    reason: plural(values.length, 'forbidden AppArmor profile'),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  }
}

const ordinaryCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
)
const capabilities: Find = subject => {
  const added = ({ securityContext }: AnyContainer) =>
    (securityContext?.capabilities?.add ?? []).filter(each => !ordinaryCapabilities.has(each))
  const containers = containersWith(subject, container => added(container).length > 0)
  if (containers.length === 0) return undefined
  const all = sorted(containersOf(subject).flatMap(added))
  return {
    reason: 'non-default capabilities',
    detail: `${named(containers)} must not include ${quoted(all)} in securityContext.capabilities.add`,
  }
}

const hostNamespaces: Find = ({ spec }) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(name => spec[name])
  return shared.length === 0
    ? undefined
    : { reason: 'host namespaces', detail: shared.map(name => `${name}=true`).join(', ') }
}

const hostPaths: Find = ({ spec }) => {
  const volumes = (spec.volumes ?? []).filter(volume => volume.hostPath).map(({ name }) => name)
  return volumes.length === 0 ? undefined : { reason: 'hostPath volumes', detail: named(volumes, 'volume') }
}

const hostPorts: Find = subject => {
  const taken = ({ ports }: AnyContainer) => (ports ?? []).flatMap(({ hostPort }) => (hostPort ? [`${hostPort}`] : []))
  const containers = containersWith(subject, container => taken(container).length > 0)
  if (containers.length === 0) return undefined
  const ports = sorted(containersOf(subject).flatMap(taken))
  const use = plural(containers.length, 'uses', 'use')
  return {
    reason: 'hostPort',
    detail: `${named(containers)} ${use} ${plural(ports.length, 'hostPort')} ${ports.join(', ')}`,
  }
}

const hostsAsked: Find = subject => {
  const hosts = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: AnyContainer) =>
    [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap(handler =>
      [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host): host is string => Boolean(host)),
    )
  const containers = sorted(containersWith(subject, container => hosts(container).length > 0))
  if (containers.length === 0) return undefined
  const all = sorted(containersOf(subject).flatMap(hosts))
  const use = plural(containers.length, 'uses', 'use')
  const what = plural(all.length, 'probe or lifecycle host')
  return { reason: 'probe or lifecycle host', detail: `${named(containers)} ${use} ${what} ${quoted(all)}` }
}

const privileged: Find = subject => {
  const containers = containersWith(subject, ({ securityContext }) => securityContext?.privileged === true)
  return containers.length === 0
    ? undefined
    : { reason: 'privileged', detail: `${named(containers)} must not set securityContext.privileged=true` }
}

export const procMount: Find = subject => {
  const other = ({ securityContext }: AnyContainer) =>
    securityContext?.procMount === undefined || securityContext.procMount === 'Default'
      ? undefined
      : securityContext.procMount
  const containers = containersWith(subject, container => other(container) !== undefined)
  if (containers.length === 0) return undefined
  const values = sorted(containersOf(subject).flatMap(container => other(container) ?? []))
  return {
    reason: 'procMount',
    detail: `${named(containers)} must not set securityContext.procMount to ${quoted(values)}`,
  }
}

const seLinux =
  (types: readonly string[]): Find =>
  subject => {
    const optionsOf = ({ securityContext }: { readonly securityContext?: AnyContainer['securityContext'] }) =>
      securityContext?.seLinuxOptions
    const pod = subject.spec.securityContext?.seLinuxOptions
    const bad = (options: typeof pod) =>
      options !== undefined && (Boolean(options.user || options.role) || !types.includes(options.type ?? ''))
    const containers = containersWith(subject, container => bad(optionsOf(container)))
    const who = setters(bad(pod), containers)
    if (!who) return undefined
    const all = [pod, ...containersOf(subject).map(optionsOf)].flatMap(options => options ?? [])
    const wrong = sorted(all.map(({ type = '' }) => type).filter(type => !types.includes(type)))
    const what = [
      ...(wrong.length > 0 ? [`${plural(wrong.length, 'type')} ${quoted(wrong)}`] : []),
      ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
      ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
    ]
    return {
      reason: 'seLinuxOptions',
      detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`,
    }
  }
const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t']

const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod'
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/'
const seccompAnnotations: Find = subject => {
  const keys = [seccompPod, ...containersOf(subject).map(({ name }) => `${seccompContainer}${name}`)]
  const bad = keys.flatMap(key => {
    const value = subject.metadata.annotations?.[key]
    const allowed =
      value === undefined || value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')
    return allowed ? [] : [`${key}=${JSON.stringify(value)}`]
  })
  const all = sorted(bad)
  return all.length === 0
    ? undefined
    : { reason: 'seccompProfile', detail: `forbidden ${plural(all.length, 'annotation')} ${all.join(', ')}` }
}

const seccompTypes = new Set(['RuntimeDefault', 'Localhost'])
/** Profiles that are set, and grant too much. */
export const seccompProfiles: Find = subject => {
  const typeOf = ({ securityContext }: AnyContainer) => securityContext?.seccompProfile?.type
  const bad = (type: string | undefined): type is string => type !== undefined && !seccompTypes.has(type)
  const pod = subject.spec.securityContext?.seccompProfile?.type
  const who = setters(
    bad(pod),
    containersWith(subject, container => bad(typeOf(container))),
  )
  if (!who) return undefined
  const values = sorted([pod, ...containersOf(subject).map(typeOf)].flatMap(type => (bad(type) ? [type] : [])))
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}`,
  }
}

const sysctlsBy: readonly [since: number, names: string][] = [
  [
    0,
    'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start',
  ],
  [27, 'net.ipv4.ip_local_reserved_ports'],
  [
    29,
    'net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes',
  ],
  [32, 'net.ipv4.tcp_rmem net.ipv4.tcp_wmem'],
]
const sysctls =
  (version: number): Find =>
  ({ spec }) => {
    const safe = sysctlsBy.flatMap(([since, names]) => (since <= version ? names.split(' ') : []))
    const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter(name => !safe.includes(name))
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') }
  }

const hostProcess: Find = subject => {
  const pod = subject.spec.securityContext?.windowsOptions?.hostProcess === true
  const who = setters(
    pod,
    containersWith(subject, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true),
  )
  return who
    ? { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` }
    : undefined
}

/** What no pod below `privileged` may do, in the order in which it is told. */
export const baseline: readonly Check[] = [
  always('appArmorProfile', appArmor),
  always('capabilities_baseline', capabilities),
  always('hostNamespaces', hostNamespaces),
  always('hostPathVolumes', hostPaths),
  always('hostPorts', hostPorts),
  { id: 'hostProbesAndHostLifecycle', versions: [{ since: 34, find: hostsAsked }] },
  always('privileged', privileged),
  {
    id: 'procMount',
    versions: [
      { since: 0, find: procMount },
      { since: 35, find: subject => (hasOwnUsers(subject) ? undefined : procMount(subject)) },
    ],
  },
  {
    id: 'seLinuxOptions',
    versions: [
      { since: 0, find: seLinux(seLinuxTypes) },
      { since: 31, find: seLinux([...seLinuxTypes, 'container_engine_t']) },
    ],
  },
  {
    id: 'seccompProfile_baseline',
    versions: [
      { since: 0, find: seccompAnnotations },
      { since: 19, find: seccompProfiles },
    ],
  },
  { id: 'sysctls', versions: sysctlsBy.map(([since]) => ({ since, find: sysctls(since) })) },
  always('windowsHostProcess', hostProcess),
]
