import { backoffDelay } from '../../base/backoff.ts'
import { createEmitter } from '../../base/event.ts'
import type { Kit } from './kit.ts'
import { terminationMessage } from './message.ts'
import { type ContainerRecord, emptyState, inspectPod, type PodState } from './state.ts'

/** The runtime takes a moment to see what its own events have told. */
const lagRetry = { baseMilliseconds: 20, capMilliseconds: 1000 }
const lagTries = 12

/** One pod's picture of what the runtime holds of it, with the last words of containers that ended. */
export interface Look {
  readonly state: PodState
  /** Ids of containers that were there at the first look: from before this kubelet. */
  readonly adopted: ReadonlySet<string>
  /** Looks again. Gives a time to look once more, when the runtime is behind its own events. */
  again(): Promise<number | undefined>
  /** A container or sandbox was said to have ended. */
  ended(id: string): void
  /** Calls back after each look; returns how to stop. */
  onState(looked: () => void): () => void
}

export function createLook({ runtime, clock }: Pick<Kit, 'runtime' | 'clock'>, uid: string): Look {
  let state = emptyState
  let adopted: ReadonlySet<string> | undefined
  const looked = createEmitter<void>()
  /** What was said to have ended, and how often the runtime was asked since. */
  const endings = new Map<string, number>()
  const messages = new Map<string, string>()

  async function withMessage(record: ContainerRecord): Promise<ContainerRecord> {
    if (record.phase !== 'exited') return record
    const known = messages.get(record.id)
    const message = known ?? (await terminationMessage(record))
    messages.set(record.id, message)
    return { ...record, message: message || (record.reason === 'Completed' ? '' : record.message) }
  }

  function lag(): number | undefined {
    let soonest: number | undefined
    for (const [id, tries] of endings) {
      const record = state.containers.find(each => each.id === id)
      const sandbox = state.sandboxes.find(each => each.id === id)
      if (!(record?.phase === 'running' || sandbox?.ready) || tries >= lagTries) {
        endings.delete(id)
        continue
      }
      endings.set(id, tries + 1)
      soonest = Math.min(soonest ?? Number.POSITIVE_INFINITY, clock.now() + backoffDelay(lagRetry, tries))
    }
    return soonest
  }

  return {
    get state() {
      return state
    },
    get adopted() {
      return adopted ?? new Set()
    },
    async again() {
      const found = await inspectPod(runtime, uid)
      adopted ??= new Set(found.containers.map(({ id }) => id))
      for (const id of messages.keys()) if (!found.containers.some(each => each.id === id)) messages.delete(id)
      state = { ...found, containers: await Promise.all(found.containers.map(withMessage)) }
      looked.emit()
      return lag()
    },
    ended: id => void endings.set(id, 0),
    onState: changed => looked.on(changed),
  }
}
