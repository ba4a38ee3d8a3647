import { conditionOf } from '../core/pod/conditions.ts'
import type { JobStatus } from './jobType.ts'

type JobConditionType = 'Suspended' | 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet'

interface WithStatus {
  readonly status: { readonly conditions?: JobStatus['conditions'] }
}

/** Whether a condition of a job holds. */
export const jobIs = ({ status }: WithStatus, type: JobConditionType): boolean =>
  conditionOf(status.conditions, type)?.status === 'True'

/** Whether a job has ended, one way or the other. */
export const jobFinished = (job: WithStatus): boolean => jobIs(job, 'Complete') || jobIs(job, 'Failed')
