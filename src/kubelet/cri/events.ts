import { backoffDelay } from '../../base/backoff.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { decodeProtobuf } from '../../schema/codec/protobuf.ts'
import { type Channel, isCode, method } from './grpc.ts'
import {
  ContainerEventResponse,
  containerEventType,
  Envelope,
  SubscribeRequest,
  TaskChange,
  TaskExit,
} from './messages/event.ts'
import { VersionRequest, VersionResponse } from './messages/runtime.ts'
import { Empty } from './messages/shared.ts'

/**
 * What happened to a container or a sandbox, by its id. `again`: events may have been missed, look at everything.
 * The state that the runtime answers may lag behind an event by a moment.
 */
export type RuntimeEvent =
  | { readonly type: 'started' | 'ended' | 'removed'; readonly id: string }
  | { readonly type: 'again' }

export interface EventsDeps {
  readonly channel: Channel
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

const version = method('runtime.v1.RuntimeService', 'Version', VersionRequest, VersionResponse)
const criEvents = method('runtime.v1.RuntimeService', 'GetContainerEvents', Empty, ContainerEventResponse)
const containerdEvents = method('containerd.services.events.v1.Events', 'Subscribe', SubscribeRequest, Envelope)
const topics = ['/tasks/start', '/tasks/exit', '/tasks/delete', '/tasks/oom', '/containers/delete']
const filters = topics.map(topic => `topic=="${topic}",namespace=="k8s.io"`)
const retry = { baseMilliseconds: 100, capMilliseconds: 3000 }

const ofCri: Record<number, 'started' | 'ended' | 'removed'> = {
  [containerEventType.started]: 'started',
  [containerEventType.stopped]: 'ended',
  [containerEventType.deleted]: 'removed',
}

/** Reads an event of containerd; undefined when it says nothing about a container as a whole. */
function ofContainerd({ topic, event }: Envelope): RuntimeEvent | undefined {
  if (!event) return undefined
  const bytes = Uint8Array.fromBase64(event.value)
  if (topic === '/tasks/exit') {
    const { containerId, id } = decodeProtobuf(TaskExit, bytes)
    return id === containerId ? { type: 'ended', id } : undefined
  }
  const { containerId } = decodeProtobuf(TaskChange, bytes)
  if (topic === '/tasks/start') return { type: 'started', id: containerId }
  return { type: topic === '/containers/delete' ? 'removed' : 'ended', id: containerId }
}

/**
 * Tells what happens to containers until the signal aborts: by the event stream of CRI, or by containerd's own events
 * service where the runtime has none. After a broken connection it begins with `again`.
 */
export async function followEvents(deps: EventsDeps, onEvent: (event: RuntimeEvent) => void): Promise<void> {
  const { channel, clock, log, signal } = deps
  let failures = 0
  let cri = true
  // Neither service says when it has begun. A call that is answered after it was asked for tells well enough.
  const opened = async () => {
    try {
      await channel.unary(version, { version: '' }, { timeout: 10_000, signal })
    } catch {
      // Then the stream is broken too, and says why.
      return
    }
    failures = 0
    if (!signal.aborted) onEvent({ type: 'again' })
  }
  while (!signal.aborted) {
    try {
      const stream = cri
        ? channel.stream(criEvents, {}, signal, ({ containerId: id, containerEventType: type }) => {
            const known = ofCri[type]
            if (known) onEvent({ type: known, id })
          })
        : channel.stream(containerdEvents, { filters }, signal, envelope => {
            const event = ofContainerd(envelope)
            if (event) onEvent(event)
          })
      await Promise.all([stream, opened()])
    } catch (error) {
      if (signal.aborted) return
      if (cri && isCode(error, 'UNIMPLEMENTED')) {
        cri = false
        continue
      }
      // A runtime that comes back may be another version of itself.
      cri = true
      log.warn('the stream of container events broke; it will be opened again', { error })
    }
    if (!signal.aborted) await sleep(clock, backoffDelay(retry, failures++), signal)
  }
}
