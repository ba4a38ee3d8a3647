import { type Clock, sleep } from '../../base/clock.ts'
import type { Remote } from '../remote.ts'
import type { AuditBackend } from './backend.ts'

const timeLimit = 30_000
/** How often one batch is tried, and how much longer each time is waited. */
const attempts = 5
const factor = 1.5

/** Events sent as an EventList to a server. Whatever fails is tried again: any event that still gets through is worth it. */
export function webhookBackend(
  remote: Remote,
  { clock, backoff }: { readonly clock: Clock; readonly backoff: number },
): AuditBackend {
  const closing = new AbortController()
  const send = async (events: readonly string[]) => {
    const list = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${events.join(',')}]}`
    const { status, body } = await remote.post(list, timeLimit)
    if (status < 200 || status > 299) throw new Error(`the audit webhook answers ${status}: ${body.slice(0, 200)}`)
  }
  return {
    name: 'webhook',
    async write(events) {
      for (let attempt = 1, wait = backoff; ; attempt++, wait *= factor) {
        try {
          return await send(events)
        } catch (error) {
          if (attempt >= attempts || !(await sleep(clock, wait, closing.signal))) throw error
        }
      }
    },
    hurry: () => closing.abort(),
    close() {
      closing.abort()
      remote.close()
      return Promise.resolve()
    },
  }
}
