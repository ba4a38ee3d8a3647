import { leases } from '../../api/coordination/lease.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Client } from '../../client/client.ts'
import { formatMicroTime } from '../../schema/scalars/time.ts'

export interface LeaseDeps {
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

const namespace = 'kube-node-lease'
const durationSeconds = 40
const period = 10_000

/** Renews the node's lease every ten seconds: the sign that it is alive. Resolves after the signal. */
export async function keepLease(
  { client, clock, log, signal }: LeaseDeps,
  name: string,
  nodeUid: string,
): Promise<void> {
  const lease = client.of(leases)
  const draft = () => ({
    metadata: {
      name,
      namespace,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: nodeUid }],
    },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: durationSeconds,
      renewTime: formatMicroTime(clock.now()),
    },
  })
  let there = false
  while (!signal.aborted) {
    try {
      if (there) await lease.patch(name, 'merge', draft(), { namespace })
      else await lease.create(draft())
      there = true
    } catch (error) {
      if (signal.aborted) return
      const known = is(error, 'AlreadyExists')
      there = known || (there && !is(error, 'NotFound'))
      if (known) continue
      log.warn('the node lease could not be renewed', { node: name, error })
    }
    await sleep(clock, there ? period : 1000, signal)
  }
}
