import type { Node, NodeStatus } from '../../api/core/node/node.ts'
import { nodes } from '../../api/core/node/resource.ts'
import { is } from '../../api/meta/statusError.ts'
import { backoffDelay } from '../../base/backoff.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Client } from '../../client/client.ts'
import type { EventRecorder } from '../../client/events.ts'
import { equal } from '../../schema/derive/equal.ts'
import { errorText } from '../cri/grpc.ts'
import type { ImageStore } from '../cri/images.ts'
import type { Runtime } from '../cri/runtime.ts'
import type { Pressure } from '../eviction/signals.ts'
import { keepLease } from './lease.ts'
import { fixedStatus, type NodeFacts, nodeConditions, nodeImages, nodeLabels, runtimeProblems } from './status.ts'

export interface NodeDeps {
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  readonly events: EventRecorder
  readonly runtime: Runtime
  readonly images: ImageStore
  readonly facts: NodeFacts
  /** What the node is short of at the moment. */
  readonly pressures: () => ReadonlySet<Pressure>
  /** Labels and taints given by whoever runs the node, for its first registration. */
  readonly labels: Readonly<Record<string, string>>
  readonly taints: NonNullable<Node['spec']['taints']>
}

/** How often the node is looked at, and how often told although nothing changed. Milliseconds. */
const lookPeriod = 10_000
const tellPeriod = 300_000
/** Until it is ready for the first time a node is looked at sooner. */
const eager = { baseMilliseconds: 50, capMilliseconds: 1000 }
const retry = { baseMilliseconds: 200, capMilliseconds: 7000 }

/** Registers the node, and keeps its status and its lease. Resolves after the signal. */
export async function keepNode(deps: NodeDeps): Promise<void> {
  const node = await register(deps)
  if (!node) return
  const uid = node.metadata.uid ?? ''
  await Promise.all([keepLease(deps, deps.facts.name, uid), keepStatus(deps, node)])
}

/** Makes the Node object, or takes over the one that is there. Undefined when stopped before it went well. */
async function register({ client, clock, log, signal, facts, labels, taints, runtime }: NodeDeps) {
  const all = { ...labels, ...nodeLabels(facts) }
  const annotations = { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' }
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const { runtimeName, runtimeVersion } = await runtime.version()
      const metadata = { name: facts.name, labels: all, annotations }
      const status = { ...fixedStatus(facts, `${runtimeName}://${runtimeVersion}`) }
      const starting = { problems: ['kubelet is starting'], pressures: new Set<Pressure>() }
      const conditions = nodeConditions(starting, [], clock.now())
      return await client.of(nodes).create({ metadata, spec: { taints }, status: { ...status, conditions } })
    } catch (error) {
      if (is(error, 'AlreadyExists')) {
        // Those labels are facts about the machine; all others are the user's.
        return await client.of(nodes).patch(facts.name, 'merge', { metadata: { labels: nodeLabels(facts) } })
      }
      if (signal.aborted) return undefined
      log.warn('the node could not be registered; trying again', { node: facts.name, error })
      await sleep(clock, backoffDelay(retry, failures), signal)
    }
  }
  return undefined
}

async function keepStatus(deps: NodeDeps, registered: Node): Promise<void> {
  const { client, clock, log, signal, events, facts } = deps
  const about = { apiVersion: 'v1', kind: 'Node', name: facts.name, uid: facts.name }
  events.record(about, 'Normal', 'Starting', 'Starting kubelet.')
  let known = registered.status
  let toldAt = 0
  let looks = 0
  while (!signal.aborted) {
    const ready = await look()
    // A network that comes up should not have to wait for the next regular look.
    await sleep(clock, ready ? lookPeriod : Math.min(backoffDelay(eager, looks++), lookPeriod), signal)
  }

  async function look(): Promise<boolean> {
    const now = clock.now()
    const status = await currentStatus(deps, known, now)
    const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
    const patch = statusChange(known, status, now - toldAt >= tellPeriod)
    if (!patch) return ready
    try {
      await client.of(nodes).patch(facts.name, 'strategic', { status: patch }, { subresource: 'status' })
      tellTransitions(known, status)
      known = status
      toldAt = now
    } catch (error) {
      if (!signal.aborted) log.warn('the node status could not be written', { node: facts.name, error })
    }
    return ready
  }

  function tellTransitions(before: NodeStatus, after: NodeStatus): void {
    for (const { type, status, reason } of after.conditions ?? []) {
      const old = before.conditions?.find(each => each.type === type)
      if (old?.status === status) continue
      const event = type === 'Ready' ? (status === 'True' ? 'NodeReady' : 'NodeNotReady') : (reason ?? type)
      events.record(about, 'Normal', event, `Node ${facts.name} status is now: ${event}`)
    }
  }
}

async function currentStatus(deps: NodeDeps, before: NodeStatus, now: number): Promise<NodeStatus> {
  const { facts, images, pressures, runtime } = deps
  const seen = await Promise.all([runtime.conditions(), runtime.version(), images.list()]).catch((error: unknown) =>
    errorText(error),
  )
  if (typeof seen === 'string') {
    const health = { problems: [`container runtime is down: ${seen}`], pressures: pressures() }
    return { ...before, conditions: nodeConditions(health, before.conditions ?? [], now) }
  }
  const [conditions, { runtimeName, runtimeVersion }, list] = seen
  const health = { problems: runtimeProblems(conditions), pressures: pressures() }
  return {
    ...before,
    ...fixedStatus(facts, `${runtimeName}://${runtimeVersion}`),
    conditions: nodeConditions(health, before.conditions ?? [], now),
    images: nodeImages(list),
  }
}

/** The patch from one status to another; undefined when nothing but the heartbeat differs and that is not due. */
function statusChange(before: NodeStatus, after: NodeStatus, due: boolean): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(after)) {
    if (name !== 'conditions' && !equal(before[name as keyof NodeStatus], value)) patch[name] = value
  }
  const said = (status: NodeStatus) =>
    (status.conditions ?? []).map(({ type, status, reason, message }) => [type, status, reason, message])
  const own = new Set((after.conditions ?? []).map(({ type }) => type))
  const beforeOwn = { ...before, conditions: (before.conditions ?? []).filter(({ type }) => own.has(type)) }
  if (Object.keys(patch).length === 0 && equal(said(beforeOwn), said(after)) && !due) return undefined
  return { ...patch, conditions: after.conditions }
}
