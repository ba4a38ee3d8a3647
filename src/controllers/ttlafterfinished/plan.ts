import type { Job } from '../../api/batch/jobType.ts'
import { parseTime } from '../../schema/scalars/time.ts'

/** In how many milliseconds a job is to be deleted; undefined when it is not, or is already. */
export function timeLeft({ metadata, spec, status }: Job, now: number): number | undefined {
  const { ttlSecondsAfterFinished: seconds } = spec
  if (seconds === undefined || metadata.deletionTimestamp) return undefined
  const end = status.conditions?.find(
    ({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True',
  )
  return end?.lastTransitionTime ? Math.max(0, parseTime(end.lastTransitionTime) + seconds * 1000 - now) : undefined
}
