import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { Authorizing } from '../authz/index.ts'
import type { AdmissionPlugin, LiveRead, ObjectReader } from '../contract.ts'
import { serviceAllocation } from '../services/allocation.ts'
import type { Claims } from '../services/claims.ts'
import type { RangesOptions } from '../services/ranges.ts'
import { certificateApproval } from './certificates/approval.ts'
import { certificateSigning } from './certificates/signing.ts'
import { certificateSubjectRestriction } from './certificates/subjectRestriction.ts'
import { defaultTolerationSeconds } from './defaultTolerationSeconds.ts'
import { limitRanger } from './limitRanger.ts'
import { namespaceLifecycle } from './namespaceLifecycle.ts'
import { nodeRestriction } from './nodeRestriction/index.ts'
import { podSecurity } from './podSecurity/index.ts'
import { priority } from './priority.ts'
import { serviceAccount } from './serviceAccount/index.ts'
import { taintNodesByCondition } from './taintNodesByCondition.ts'

export interface AdmissionDeps {
  readonly objects: ObjectReader
  readonly clock: Clock
  readonly random: Random
  readonly authorizing: Authorizing
  /** Where several servers share a store. */
  readonly claims?: Claims
  readonly live?: LiveRead
}

/** The plugins, in upstream's order. */
export const admissionPlugins = (deps: AdmissionDeps, options: RangesOptions): readonly AdmissionPlugin[] => [
  namespaceLifecycle(deps),
  limitRanger(deps),
  serviceAccount(deps),
  nodeRestriction({ objects: deps.objects, authorization: deps.authorizing }),
  taintNodesByCondition,
  podSecurity(deps),
  priority(deps),
  defaultTolerationSeconds,
  certificateApproval({ authorization: deps.authorizing }),
  certificateSigning({ authorization: deps.authorizing }),
  certificateSubjectRestriction,
  serviceAllocation(deps, options),
  deps.authorizing.escalation,
]
