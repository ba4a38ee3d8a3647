import {
  bool,
  fields,
  int32,
  int64,
  list,
  object,
  one,
  oneOf,
  root,
  string,
  strings,
  time,
} from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { PodTemplateSpec } from '../core/podTemplate.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { PodFailurePolicy, SuccessPolicy } from './jobPolicies.ts'

const jobSpec = fields({
  /** How many pods run at once, at most. */
  parallelism: int32(1, { pointer: true }),
  /** How many pods must succeed. Absent: one success ends the job. */
  completions: int32(2, { pointer: true }),
  /** Seconds after its start when the job fails, done or not. */
  activeDeadlineSeconds: int64(3, { pointer: true }),
  /** What failed pods mean, by exit code or condition. */
  podFailurePolicy: one(11, PodFailurePolicy, { pointer: true }),
  /** When an indexed job counts as a success before all indexes are done. */
  successPolicy: one(16, SuccessPolicy, { pointer: true }),
  /** How many failed pods are replaced before the job fails. */
  backoffLimit: int32(7, { pointer: true }),
  /** How many failed pods of one index are replaced before the index fails. */
  backoffLimitPerIndex: int32(12, { pointer: true }),
  /** How many indexes may fail before the job does. */
  maxFailedIndexes: int32(13, { pointer: true }),
  /** Labels of the job's pods. Normally made by the server. */
  selector: one(4, LabelSelector, { pointer: true }),
  /** The writer chose the selector; it is not made by the server. */
  manualSelector: bool(5, { pointer: true }),
  /** What pods are made from. */
  template: one(6, PodTemplateSpec, { always: true, required: true }),
  /** Seconds after its end when the job is deleted. */
  ttlSecondsAfterFinished: int32(8, { pointer: true }),
  /** Whether pods are alike, or each has an index below `completions`. */
  completionMode: oneOf(9, ['NonIndexed', 'Indexed'], { pointer: true }),
  /** No pods run for now. */
  suspend: bool(10, { pointer: true }),
  /** Whether a pod is replaced once it is going or only once it has failed. */
  podReplacementPolicy: oneOf(14, ['TerminatingOrFailed', 'Failed'], { pointer: true }),
  /** Controller in charge, as a path under a domain; ours when absent. */
  managedBy: string(15, { pointer: true }),
})
export interface JobSpec extends Shape<typeof jobSpec> {}
export const JobSpec: Type<JobSpec> = object('io.k8s.api.batch.v1.JobSpec', jobSpec)

const jobCondition = fields({
  /** Which aspect the condition speaks of. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: string(2, { always: true }),
  /** When the condition was last checked. */
  lastProbeTime: time(3, { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(4, { always: true }),
  /** Why, as one word. */
  reason: string(5),
  /** Why, for people. */
  message: string(6),
})
export interface JobCondition extends Shape<typeof jobCondition> {}
export const JobCondition: Type<JobCondition> = object('io.k8s.api.batch.v1.JobCondition', jobCondition)

const uncountedTerminatedPods = fields({
  /** UIDs of pods that succeeded. */
  succeeded: strings(1, { listType: 'set' }),
  /** UIDs of pods that failed. */
  failed: strings(2, { listType: 'set' }),
})
export interface UncountedTerminatedPods extends Shape<typeof uncountedTerminatedPods> {}
export const UncountedTerminatedPods: Type<UncountedTerminatedPods> = object(
  'io.k8s.api.batch.v1.UncountedTerminatedPods',
  uncountedTerminatedPods,
)

const jobStatus = fields({
  /** State of the job. */
  conditions: list(1, JobCondition, { mergeKey: 'type', patchStrategy: 'merge', listType: 'atomic' }),
  /** When the job was first worked on, or last resumed. */
  startTime: time(2, { pointer: true }),
  /** When the job succeeded. */
  completionTime: time(3, { pointer: true }),
  /** How many pods are pending or running, and not ending. */
  active: int32(4),
  /** How many pods succeeded. */
  succeeded: int32(5),
  /** How many pods failed. */
  failed: int32(6),
  /** How many pods are ending. */
  terminating: int32(11, { pointer: true }),
  /** Indexes that succeeded, as intervals: `1,3-5`. */
  completedIndexes: string(7),
  /** Indexes that failed, as intervals. */
  failedIndexes: string(10, { pointer: true }),
  /** Pods that ended and are not yet in the counts. */
  uncountedTerminatedPods: one(8, UncountedTerminatedPods, { pointer: true }),
  /** How many active pods are ready. */
  ready: int32(9, { pointer: true }),
})
export interface JobStatus extends Shape<typeof jobStatus> {}
export const JobStatus: Type<JobStatus> = object('io.k8s.api.batch.v1.JobStatus', jobStatus)

const job = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, JobSpec, { always: true }),
  /** What was seen last. */
  status: one(3, JobStatus, { always: true }),
})
export interface Job extends RootShape<typeof job> {}
export const Job: Type<Job> = root('io.k8s.api.batch.v1.Job', job)

const jobList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Job, { always: true }),
})
export interface JobList extends RootShape<typeof jobList> {}
export const JobList: Type<JobList> = root('io.k8s.api.batch.v1.JobList', jobList)
