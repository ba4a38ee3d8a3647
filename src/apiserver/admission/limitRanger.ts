import { podLimits, podRequests } from '../../api/core/pod/requests.ts'
import type { ResourceList } from '../../api/core/resourceList.ts'
import {
  type LimitRange,
  limitRanges,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  pods,
} from '../../api/index.ts'
import { compareQuantities, milliValue } from '../../schema/scalars/quantity.ts'
import type { AdmissionPlugin, AdmissionRequest, ObjectReader } from '../contract.ts'
import { refusal } from './refusal.ts'

const annotation = 'kubernetes.io/limit-ranger'

interface Asked {
  readonly requests?: ResourceList
  readonly limits?: ResourceList
}
type Containers = readonly { name: string; resources: Asked }[]

/** Fills in what containers leave out and refuses what is too little or too much, by the LimitRanges of the namespace. */
export function limitRanger({ objects }: { readonly objects: ObjectReader }): AdmissionPlugin {
  const isLimited = ({ resource, subresource, operation, old }: AdmissionRequest): boolean => {
    if (operation !== 'CREATE' && operation !== 'UPDATE') return false
    if ((old as Pod | undefined)?.metadata.deletionTimestamp) return false
    if (resource.qualified === pods.qualified)
      return operation === 'CREATE' ? subresource === '' : subresource === 'resize'
    return resource.qualified === persistentVolumeClaims.qualified && subresource === ''
  }
  const rangesFor = (request: AdmissionRequest): readonly LimitRange[] =>
    isLimited(request) ? objects.list(limitRanges, request.namespace) : []

  return {
    name: 'LimitRanger',
    mutate(request) {
      if (request.resource.qualified !== pods.qualified) return
      for (const range of rangesFor(request)) fillIn(request.object as Pod, range)
    },
    validate(request) {
      for (const range of rangesFor(request)) {
        const broken =
          request.resource.qualified === pods.qualified
            ? podProblems(request.object as Pod, range)
            : claimProblems(request.object as PersistentVolumeClaim, range)
        if (broken.length > 0)
          throw refusal(request, broken.length === 1 ? (broken[0] ?? '') : `[${broken.join(', ')}]`)
      }
    },
  }
}

/** What containers say nothing about is as the range has it. */
function fillIn(pod: Pod, { spec }: LimitRange): void {
  const items = spec.limits.filter(({ type }) => type === 'Container')
  const all = (field: 'default' | 'defaultRequest'): ResourceList =>
    Object.assign({}, ...items.map(item => item[field] ?? {}))
  const [limits, requests] = [all('default'), all('defaultRequest')]
  const notes: string[] = []
  for (const [kind, containers] of [
    ['container', pod.spec.containers],
    ['init container', pod.spec.initContainers ?? []],
  ] as const) {
    for (const container of containers) {
      const { resources } = container
      const missing = (wanted: ResourceList, there: ResourceList = {}) =>
        Object.keys(wanted)
          .filter(name => there[name] === undefined)
          .sort()
      const [noRequest, noLimit] = [missing(requests, resources.requests), missing(limits, resources.limits)]
      if (noLimit.length > 0) resources.limits = { ...limits, ...resources.limits }
      if (noRequest.length > 0) resources.requests = { ...requests, ...resources.requests }
      if (noRequest.length > 0) notes.push(`${noRequest.join(', ')} request for ${kind} ${container.name}`)
      if (noLimit.length > 0) notes.push(`${noLimit.join(', ')} limit for ${kind} ${container.name}`)
    }
  }
  if (notes.length === 0) return
  const annotations = { ...pod.metadata.annotations, [annotation]: `LimitRanger plugin set: ${notes.join('; ')}` }
  pod.metadata = { ...pod.metadata, annotations }
}

type Amounts = readonly [name: string, amount: string][]
const amountsOf = (list: ResourceList | undefined): Amounts => Object.entries(list ?? {}).sort()

function tooLittle(type: string, min: ResourceList | undefined, { requests = {}, limits = {} }: Asked): string[] {
  return amountsOf(min).flatMap(([name, least]) => {
    const [request, limit] = [requests[name], limits[name]]
    const words = `minimum ${name} usage per ${type} is ${least}`
    if (request === undefined) return [`${words}.  No request is specified`]
    if (compareQuantities(request, least) < 0) return [`${words}, but request is ${request}`]
    return limit !== undefined && compareQuantities(limit, least) < 0 ? [`${words}, but limit is ${limit}`] : []
  })
}

function tooMuch(type: string, max: ResourceList | undefined, { requests = {}, limits = {} }: Asked): string[] {
  return amountsOf(max).flatMap(([name, most]) => {
    const [request, limit] = [requests[name], limits[name]]
    const words = `maximum ${name} usage per ${type} is ${most}`
    if (limit === undefined) return [`${words}.  No limit is specified`]
    if (compareQuantities(limit, most) > 0) return [`${words}, but limit is ${limit}`]
    return request !== undefined && compareQuantities(request, most) > 0 ? [`${words}, but request is ${request}`] : []
  })
}

function tooUneven(type: string, ratios: ResourceList | undefined, { requests = {}, limits = {} }: Asked): string[] {
  return amountsOf(ratios).flatMap(([name, most]) => {
    const [request, limit] = [milliValue(requests[name] ?? '0'), milliValue(limits[name] ?? '0')]
    const words = `${name} max limit to request ratio per ${type} is ${most}`
    if (request === 0) return [`${words}, but no request is specified or request is 0`]
    if (limit === 0) return [`${words}, but no limit is specified or limit is 0`]
    const ratio = limit / request
    return ratio * 1000 > milliValue(most) ? [`${words}, but provided ratio is ${ratio.toFixed(6)}`] : []
  })
}

function podProblems(pod: Pod, { spec }: LimitRange): string[] {
  const containers: Containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  return spec.limits.flatMap(({ type, min, max, maxLimitRequestRatio }) => {
    const whole = (): Asked => ({ requests: podRequests(pod), limits: podLimits(pod) })
    const asked = type === 'Container' ? containers.map(({ resources }) => resources) : type === 'Pod' ? [whole()] : []
    return asked.flatMap(each => [
      ...tooLittle(type, min, each),
      ...tooMuch(type, max, each),
      ...tooUneven(type, maxLimitRequestRatio, each),
    ])
  })
}

function claimProblems({ spec: { resources } }: PersistentVolumeClaim, { spec }: LimitRange): string[] {
  const requests = resources.requests ?? {}
  return spec.limits.flatMap(({ type, min, max }) => {
    if (type !== 'PersistentVolumeClaim') return []
    const beyond = amountsOf(max).flatMap(([name, most]) => {
      const request = requests[name]
      const words = `maximum ${name} usage per ${type} is ${most}`
      if (request === undefined) return [`${words}.  No request is specified`]
      return compareQuantities(request, most) > 0 ? [`${words}, but request is ${request}`] : []
    })
    return [...tooLittle(type, min, { requests }), ...beyond]
  })
}
