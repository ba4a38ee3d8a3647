import { dnsLabel } from '../../../schema/rules/names.ts'
import { at } from '../../../schema/rules/path.ts'
import { milliValue } from '../../../schema/scalars/quantity.ts'
import type { Path } from '../../../schema/types.ts'
import type { ObjectMeta } from '../../meta/objectMeta.ts'
import type { Container, ContainerPort } from './container.ts'
import type { Pod } from './pod.ts'
import type { PodSpec } from './spec.ts'
import type { Volume } from './volume.ts'

/** What a new pod is warned of: legal, but hardly meant. */
export function podWarnings(pod: Pod): string[] {
  const wrong = dnsLabel(pod.metadata.name ?? '')
  const name = wrong.length
    ? [
        `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`,
      ]
    : []
  return [...name, ...podSpecWarnings(pod.spec, pod.metadata, at())]
}

const goneVolumes: Partial<Record<keyof Volume, readonly [told: string, text: string]>> = {
  photonPersistentDisk: ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  gitRepo: ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  scaleIO: ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  flocker: ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  storageos: ['storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  quobyte: ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  glusterfs: ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  cephfs: ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  rbd: ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
}
const goneAnnotations: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}

/** Warnings about a spec, of a pod or of a template. `path` is that of the object the spec stands in. */
export function podSpecWarnings(spec: PodSpec, meta: ObjectMeta, path: Path): string[] {
  const texts: string[] = []
  const here = path.child('spec')
  for (const [i, { labelSelector }] of (spec.topologySpreadConstraints ?? []).entries())
    if (!labelSelector)
      texts.push(
        `${here.child('topologySpreadConstraints').index(i).child('labelSelector')}: a null labelSelector results in matching no pod`,
      )
  for (const [key, text] of Object.entries(goneAnnotations))
    if (meta.annotations?.[key] !== undefined) texts.push(`${path.child('metadata', 'annotations').key(key)}: ${text}`)
  for (const [i, volume] of (spec.volumes ?? []).entries())
    for (const [name, [told, text]] of Object.entries(goneVolumes))
      if (volume[name as keyof Volume]) texts.push(`${here.child('volumes').index(i).child(told)}: ${text}`)
  texts.push(...repeated(spec.hostAliases ?? [], 'ip', here.child('hostAliases')))
  texts.push(...repeated(spec.imagePullSecrets ?? [], 'name', here.child('imagePullSecrets')))
  for (const [i, { name }] of (spec.imagePullSecrets ?? []).entries())
    if (!name) texts.push(`${here.child('imagePullSecrets').index(i).child('name')}: invalid empty name ""`)
  const all = containersOf(spec, here)
  for (const [container, at] of all) texts.push(...containerWarnings(container, at))
  return [...texts, ...portWarnings(all), ...portNameWarnings(all)]
}

type Placed = readonly [container: Container, path: Path]

const containersOf = (spec: PodSpec, path: Path): Placed[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap(list =>
    (spec[list] ?? []).map((container, i): Placed => [container, path.child(list).index(i)]),
  )

function repeated<T>(items: readonly T[], field: keyof T & string, path: Path): string[] {
  const seen = new Set<unknown>()
  return items.flatMap((item, i) => {
    const value = item[field]
    const again = seen.has(value)
    seen.add(value)
    return again ? [`${path.index(i).child(field)}: duplicate ${field} ${JSON.stringify(value)}`] : []
  })
}

function containerWarnings({ resources, env = [] }: Container, path: Path): string[] {
  const texts: string[] = []
  for (const name of ['memory', 'ephemeral-storage'])
    for (const kind of ['limits', 'requests'] as const) {
      const amount = resources[kind]?.[name]
      if (amount !== undefined && milliValue(amount) % 1000 !== 0)
        texts.push(
          `${path.child('resources', kind).key(name)}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
        )
    }
  const seen = new Set<string>()
  for (const [i, { name, value = '', valueFrom }] of env.entries()) {
    const reference = `$(${name})`
    if (seen.has(name) && (valueFrom || value === reference || !value.includes(reference)))
      texts.push(
        `${path.child('env').index(i)}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
      )
    seen.add(name)
  }
  return texts
}

/** Ports that mean the same, or may be taken for it. */
function portWarnings(containers: readonly Placed[]): string[] {
  const seen = new Map<string, { readonly port: ContainerPort; readonly path: Path }[]>()
  const texts: string[] = []
  for (const [{ ports = [] }, at] of containers)
    for (const [i, port] of ports.entries()) {
      const path = at.child('ports').index(i)
      const key = `${port.containerPort}/${port.protocol}`
      const others = seen.get(key) ?? []
      for (const other of others) {
        const how = clash(port, other.port)
        if (how) texts.push(`${path}: ${how} port definition with ${other.path}`)
      }
      seen.set(key, [...others, { port, path }])
    }
  return texts
}

function clash(a: ContainerPort, b: ContainerPort): string | undefined {
  const [ip, otherIp] = [a.hostIP ?? '', b.hostIP ?? '']
  const [port, otherPort] = [a.hostPort ?? 0, b.hostPort ?? 0]
  if (ip === otherIp && port === otherPort) return 'duplicate'
  if (port === 0 || otherPort === 0) return 'overlapping'
  return port === otherPort && (ip === '') !== (otherIp === '') ? 'dangerously ambiguous' : undefined
}

function portNameWarnings(containers: readonly Placed[]): string[] {
  const seen = new Map<string, Path>()
  const texts: string[] = []
  for (const [{ ports = [] }, at] of containers)
    for (const [i, { name }] of ports.entries()) {
      if (!name) continue
      const path = at.child('ports').index(i)
      const first = seen.get(name)
      if (first)
        texts.push(
          `${path}: duplicate port name ${JSON.stringify(name)} with ${first}, services and probes that select ports by name will use ${first}`,
        )
      else seen.set(name, path)
    }
  return texts
}
