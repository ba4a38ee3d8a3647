import { bool, fields, int32, int64, list, object, one, oneOf, root, string, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectReference } from '../core/references.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { JobSpec } from './jobType.ts'

const jobTemplateSpec = fields({
  /** Labels and annotations of the jobs. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted of the jobs. */
  spec: one(2, JobSpec, { always: true }),
})
export interface JobTemplateSpec extends Shape<typeof jobTemplateSpec> {}
export const JobTemplateSpec: Type<JobTemplateSpec> = object('io.k8s.api.batch.v1.JobTemplateSpec', jobTemplateSpec)

const cronJobSpec = fields({
  /** When jobs are made, in cron format: minute, hour, day of month, month, day of week. */
  schedule: string(1, { always: true }),
  /** Time zone of the schedule, by its IANA name; the controller's when absent. */
  timeZone: string(8, { pointer: true }),
  /** Seconds by which a job may be late; after that its time counts as missed. */
  startingDeadlineSeconds: int64(2, { pointer: true }),
  /** What happens while the last job still runs: both run, the new one is left out, or it replaces the old. */
  concurrencyPolicy: oneOf(3, ['Allow', 'Forbid', 'Replace'], { default: 'Allow' }),
  /** No further jobs are made for now. */
  suspend: bool(4, { pointer: true, default: false }),
  /** What jobs are made from. */
  jobTemplate: one(5, JobTemplateSpec, { always: true, required: true }),
  /** How many jobs that succeeded are kept. */
  successfulJobsHistoryLimit: int32(6, { pointer: true, default: 3 }),
  /** How many jobs that failed are kept. */
  failedJobsHistoryLimit: int32(7, { pointer: true, default: 1 }),
})
export interface CronJobSpec extends Shape<typeof cronJobSpec> {}
export const CronJobSpec: Type<CronJobSpec> = object('io.k8s.api.batch.v1.CronJobSpec', cronJobSpec)

const cronJobStatus = fields({
  /** Jobs that still run. */
  active: list(1, ObjectReference, { listType: 'atomic' }),
  /** When a job was last due and made. */
  lastScheduleTime: time(4, { pointer: true }),
  /** When a job last succeeded. */
  lastSuccessfulTime: time(5, { pointer: true }),
})
export interface CronJobStatus extends Shape<typeof cronJobStatus> {}
export const CronJobStatus: Type<CronJobStatus> = object('io.k8s.api.batch.v1.CronJobStatus', cronJobStatus)

/** Fields of the kind, which older versions share. */
export const cronJob = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, CronJobSpec, { always: true, required: true }),
  /** What was seen last. */
  status: one(3, CronJobStatus, { always: true }),
})
export interface CronJob extends RootShape<typeof cronJob> {}
export const CronJob: Type<CronJob> = root('io.k8s.api.batch.v1.CronJob', cronJob)

const cronJobList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, CronJob, { always: true }),
})
export interface CronJobList extends RootShape<typeof cronJobList> {}
export const CronJobList: Type<CronJobList> = root('io.k8s.api.batch.v1.CronJobList', cronJobList)
