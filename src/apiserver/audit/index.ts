import { internalError } from '../../api/meta/statusError.ts'
import type { Clock } from '../../base/clock.ts'
import type { Auditor } from '../metrics/index.ts'
import type { Kept, Sink } from './backend.ts'
import { evaluator } from './match.ts'
import type { AuditMeter } from './meter.ts'
import type { Policy } from './policy.ts'
import { createRecord } from './record.ts'

export { type AuditBackend, type AuditMode, type BatchOptions, createSink, type Sink } from './backend.ts'
export { logBackend } from './log.ts'
export { type AuditMeter, auditMeter } from './meter.ts'
export { type Policy, readPolicy } from './policy.ts'
export type { TruncateOptions } from './truncate.ts'
export { webhookBackend } from './webhook.ts'

/** Keeps of each request what the policy says, in all sinks. */
export function createAuditor(deps: {
  readonly policy: Policy
  readonly sinks: readonly Sink[]
  readonly meter: AuditMeter
  readonly clock: Clock
}): Auditor {
  const { sinks, meter, clock } = deps
  const evaluate = evaluator(deps.policy)
  const refuse = () => {
    meter.refused()
    throw internalError(new Error('failed to store audit event'))
  }
  const emit = (event: Kept): Promise<void> | undefined => {
    meter.event()
    const waits = sinks.flatMap(sink => sink.take(event) ?? [])
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => {})
  }
  return {
    begin(trail) {
      const verdict = evaluate({ info: trail.info, user: trail.user })
      meter.level(verdict.level)
      return verdict.level === 'None' ? undefined : createRecord({ clock, emit, refuse }, trail, verdict)
    },
  }
}
