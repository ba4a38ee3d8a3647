import { type Namespace, namespaces, type Pod, pods } from '../../../api/index.ts'
import { controllerOf } from '../../../api/meta/owners.ts'
import { invalid } from '../../../api/meta/statusError.ts'
import { equal } from '../../../schema/derive/equal.ts'
import type { AdmissionPlugin, AdmissionRequest, ObjectReader } from '../../contract.ts'
import { isAbout, refusal } from '../refusal.ts'
import type { Subject } from './check.ts'
import { evaluate, inDetail, inShort } from './evaluate.ts'
import { type Policy, policyOf, type Standard, sameStandard, standardText, stricter } from './policy.ts'

/** Subresources of pods that do not change what a pod may do. */
const harmless = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'])
/** Most pods of a namespace that are looked at when its level changes. */
const mostPods = 3000

interface Template {
  readonly metadata?: Subject['metadata']
  readonly spec?: Subject['spec']
}

/** Where kinds that make pods keep the template for them. */
const templates: Readonly<Record<string, (object: never) => Template | undefined>> = {
  podtemplates: (object: { template?: Template }) => object.template,
  'cronjobs.batch': (object: { spec?: { jobTemplate?: { spec?: { template?: Template } } } }) =>
    object.spec?.jobTemplate?.spec?.template,
  ...Object.fromEntries(
    [
      'replicationcontrollers',
      'replicasets.apps',
      'deployments.apps',
      'statefulsets.apps',
      'daemonsets.apps',
      'jobs.batch',
    ].map(name => [name, (object: { spec?: { template?: Template } }) => object.spec?.template]),
  ),
}

/** Holds pods to the level of their namespace: PodSecurity. Without labels everything is allowed, as upstream's default. */
export function podSecurity({ objects }: { readonly objects: ObjectReader }): AdmissionPlugin {
  const policyIn = (namespace: string): Policy =>
    policyOf(objects.get(namespaces, undefined, namespace)?.metadata.labels).policy

  function pod(request: AdmissionRequest): void {
    if (harmless.has(request.subresource)) return
    const { enforce, warn } = policyIn(request.namespace)
    if (enforce.level === 'privileged' && warn.level === 'privileged') return
    const subject = request.object as Pod
    if (request.operation === 'UPDATE' && !isSignificant(subject, request.old as Pod)) return
    const broken = evaluate(enforce, subject)
    if (broken.length > 0)
      throw refusal(request, `violates PodSecurity ${JSON.stringify(standardText(enforce))}: ${inDetail(broken)}`)
    warnOf(request, warn, subject)
  }

  function namespace(request: AdmissionRequest): void {
    const now = request.object as Namespace
    const { policy, errors } = policyOf(now.metadata.labels)
    const before = request.operation === 'UPDATE' ? policyOf((request.old as Namespace).metadata.labels) : undefined
    if (errors.length > 0 && !(before && equal(before.errors, errors)))
      throw invalid(namespaces, now.metadata.name ?? '', errors)
    if (!before || !isTightened(before.policy.enforce, policy.enforce)) return
    for (const text of violationsIn(objects.list(pods, now.metadata.name), now.metadata.name ?? '', policy.enforce))
      request.warn(text)
  }

  return {
    name: 'PodSecurity',
    validate(request) {
      const { resource, operation, subresource } = request
      if (operation !== 'CREATE' && operation !== 'UPDATE') return
      if (resource.qualified === pods.qualified) return pod(request)
      if (isAbout(request, '', 'namespaces')) return namespace(request)
      const template = subresource === '' ? templates[resource.qualified]?.(request.object as never) : undefined
      if (template?.spec)
        warnOf(request, policyIn(request.namespace).warn, { metadata: template.metadata ?? {}, spec: template.spec })
    },
  }
}

function warnOf(request: AdmissionRequest, standard: Standard, subject: Subject): void {
  const broken = evaluate(standard, subject)
  if (broken.length > 0)
    request.warn(`would violate PodSecurity ${JSON.stringify(standardText(standard))}: ${inDetail(broken)}`)
}

/** Whether pods that were let in before may break what is enforced now. */
const isTightened = (before: Standard, now: Standard): boolean =>
  !sameStandard(before, now) &&
  now.level !== 'privileged' &&
  (before.version !== now.version || stricter(now.level, before.level))

/** Updates can change images and add ephemeral containers, nothing else that a level is about. */
function isSignificant(now: Pod, before: Pod): boolean {
  const images = ({ spec }: Pod) =>
    [spec.containers, spec.initContainers ?? []].map(all => all.map(({ image }) => image))
  if (!equal(images(now), images(before))) return true
  return (now.spec.ephemeralContainers ?? []).some(
    ({ name, image }) => before.spec.ephemeralContainers?.find(each => each.name === name)?.image !== image,
  )
}

/** Which pods break a level that their namespace is about to enforce: a line for each set of reasons. */
function violationsIn(all: readonly Pod[], namespace: string, standard: Standard): readonly string[] {
  const looked = firstOfEach(all).slice(0, mostPods)
  const byReason = new Map<string, string[]>()
  for (const pod of looked) {
    const reason = inShort(evaluate(standard, pod))
    if (reason) byReason.set(reason, [...(byReason.get(reason) ?? []), pod.metadata.name ?? ''])
  }
  const lines = [...byReason].map(([reason, names]) => {
    const [first = ''] = names.sort()
    const others = names.length - 1
    const more = others === 0 ? '' : others === 1 ? ' (and 1 other pod)' : ` (and ${others} other pods)`
    return `${first}${more}: ${reason}`
  })
  return [
    ...(looked.length < all.length
      ? [`new PodSecurity enforce level only checked against the first ${looked.length} of ${all.length} existing pods`]
      : []),
    ...(lines.length > 0
      ? [
          `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(standardText(standard))}`,
        ]
      : []),
    ...lines.sort(),
  ]
}

/** Pods that stand for their controller first, their siblings last. */
function firstOfEach(all: readonly Pod[]): readonly Pod[] {
  const seen = new Set<string>()
  const siblings: Pod[] = []
  const first = all.filter(pod => {
    const owner = controllerOf(pod)?.uid
    if (owner === undefined || !seen.has(owner)) {
      if (owner !== undefined) seen.add(owner)
      return true
    }
    siblings.push(pod)
    return false
  })
  return [...first, ...siblings]
}
