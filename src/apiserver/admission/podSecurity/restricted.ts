import { procMount, seccompProfiles } from './baseline.ts'
import {
  type Check,
  containersOf,
  containersWith,
  hasOwnUsers,
  isWindows,
  named,
  plural,
  quoted,
  type Subject,
  setters,
  sorted,
  type Violation,
} from './check.ts'

type Find = (subject: Subject) => Violation | undefined
const unless =
  (excused: (subject: Subject) => boolean, find: Find): Find =>
  subject =>
    excused(subject) ? undefined : find(subject)

const escalation: Find = subject => {
  const containers = containersWith(
    subject,
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  )
  return containers.length === 0
    ? undefined
    : {
        reason: 'allowPrivilegeEscalation != false',
        detail: `${named(containers)} must set securityContext.allowPrivilegeEscalation=false`,
      }
}

const capabilities: Find = subject => {
  const of = containersOf(subject).map(({ name, securityContext }) => ({
    name,
    drops: securityContext?.capabilities?.drop?.includes('ALL') ?? false,
    adds: (securityContext?.capabilities?.add ?? []).filter(each => each !== 'NET_BIND_SERVICE'),
  }))
  const keeping = of.filter(({ drops }) => !drops).map(({ name }) => name)
  const adding = of.filter(({ adds }) => adds.length > 0).map(({ name }) => name)
  const details = [
    ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [
          `${named(adding)} must not include ${quoted(sorted(of.flatMap(({ adds }) => adds)))} in securityContext.capabilities.add`,
        ]
      : []),
  ]
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') }
}

const plainVolumes = new Set(
  'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(' '),
)
const volumes: Find = ({ spec }) => {
  const bad = (spec.volumes ?? []).flatMap(({ name, ...sources }) => {
    const [type = 'unknown'] = Object.keys(sources)
    return plainVolumes.has(type) ? [] : [{ name, type }]
  })
  if (bad.length === 0) return undefined
  const types = sorted(bad.map(({ type }) => type))
  const names = bad.map(({ name }) => name)
  const use = plural(names.length, 'uses', 'use')
  return {
    reason: 'restricted volume types',
    detail: `${named(names, 'volume')} ${use} ${plural(types.length, 'restricted volume type')} ${quoted(types)}`,
  }
}

const nonRoot: Find = subject => {
  const pod = subject.spec.securityContext?.runAsNonRoot
  const refusing = setters(
    pod === false,
    containersWith(subject, ({ securityContext }) => securityContext?.runAsNonRoot === false),
  )
  const reason = 'runAsNonRoot != true'
  if (refusing) return { reason, detail: `${refusing} must not set securityContext.runAsNonRoot=false` }
  const silent = pod
    ? []
    : containersWith(subject, ({ securityContext }) => securityContext?.runAsNonRoot === undefined)
  return silent.length === 0
    ? undefined
    : { reason, detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` }
}

const user: Find = subject => {
  const who = setters(
    subject.spec.securityContext?.runAsUser === 0,
    containersWith(subject, ({ securityContext }) => securityContext?.runAsUser === 0),
  )
  return who ? { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` } : undefined
}

const seccomp: Find = subject => {
  const bad = seccompProfiles(subject)
  if (bad) return bad
  const silent = subject.spec.securityContext?.seccompProfile
    ? []
    : containersWith(subject, ({ securityContext }) => securityContext?.seccompProfile === undefined)
  return silent.length === 0
    ? undefined
    : {
        reason: 'seccompProfile',
        detail: `pod or ${named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
      }
}

/** What pods of the strictest level may not do besides, in the order in which it is told. */
export const restricted: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    versions: [
      { since: 8, find: escalation },
      { since: 25, find: unless(isWindows, escalation) },
    ],
  },
  {
    id: 'capabilities_restricted',
    versions: [
      { since: 22, find: capabilities, instead: ['capabilities_baseline'] },
      { since: 25, find: unless(isWindows, capabilities), instead: ['capabilities_baseline'] },
    ],
  },
  { id: 'procMount_restricted', versions: [{ since: 35, find: procMount, instead: ['procMount'] }] },
  { id: 'restrictedVolumes', versions: [{ since: 0, find: volumes, instead: ['hostPathVolumes'] }] },
  {
    id: 'runAsNonRoot',
    versions: [
      { since: 0, find: nonRoot },
      { since: 35, find: unless(hasOwnUsers, nonRoot) },
    ],
  },
  {
    id: 'runAsUser',
    versions: [
      { since: 23, find: user },
      { since: 35, find: unless(hasOwnUsers, user) },
    ],
  },
  {
    id: 'seccompProfile_restricted',
    versions: [
      { since: 19, find: seccomp, instead: ['seccompProfile_baseline'] },
      { since: 25, find: unless(isWindows, seccomp), instead: ['seccompProfile_baseline'] },
    ],
  },
]
