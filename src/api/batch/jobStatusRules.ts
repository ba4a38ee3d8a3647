import { equal } from '../../schema/derive/equal.ts'
import { duplicate, invalid, invalidHere, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { notNegative } from '../apps/replicas.ts'
import { conditionOf } from '../core/pod/conditions.ts'
import { jobFinished, jobIs } from './jobConditions.ts'
import { overlap, parseIndexes } from './jobIndexes.ts'
import type { Job, JobStatus } from './jobType.ts'

const path = at('status')
const conditions = path.child('conditions')

/**
 * Rules of what a controller reports: a job that ended stays as it is, and says of itself what fits together. A rule
 * about a field is applied where a write changes it, so that other fields can still be written. Of upstream's
 * ValidateJobStatusUpdate with the options of getStatusValidationOptions.
 */
export function jobStatusRules(job: Job, old: Job | undefined): readonly FieldError[] {
  const { status } = job
  const before: Job = old ?? { ...job, status: {} }
  return [
    ...notNegative(status, path, 'active', 'succeeded', 'failed', 'ready', 'terminating'),
    ...uncountedRules(status),
    ...endRules(job, before),
    ...indexRules(job, before.status),
    ...successRules(job, before),
    ...transitionRules(job, before),
  ]
}

function uncountedRules({ uncountedTerminatedPods: pods = {} }: JobStatus): FieldError[] {
  const seen = new Set<string>()
  return (['succeeded', 'failed'] as const).flatMap(list =>
    (pods[list] ?? []).flatMap((uid, i) => {
      const here = path.child('uncountedTerminatedPods', list).index(i)
      if (uid === '') return [invalid(here, uid, 'must not be empty')]
      if (seen.has(uid)) return [duplicate(here, uid)]
      seen.add(uid)
      return []
    }),
  )
}

/** Rules of jobs that have ended. */
function endRules(job: Job, old: Job): FieldError[] {
  const { status, spec } = job
  const errors: FieldError[] = []
  const {
    startTime,
    completionTime,
    active = 0,
    ready = 0,
    terminating = 0,
    uncountedTerminatedPods: uncounted,
  } = status
  const changed = (field: keyof JobStatus) => !equal(status[field], old.status[field])
  const [complete, failed, finished] = [jobIs(job, 'Complete'), jobIs(job, 'Failed'), jobFinished(job)]
  const [completed, failing, finishing] = [
    complete !== jobIs(old, 'Complete'),
    failed !== jobIs(old, 'Failed'),
    finished !== jobFinished(old),
  ]
  const turned = (type: 'FailureTarget' | 'SuccessCriteriaMet') => jobIs(job, type) !== jobIs(old, type)
  const both = (a: string, b: string) => errors.push(invalidHere(conditions, `cannot set ${a} and ${b} conditions`))
  if ((completed || failing) && complete && failed) both('Complete=True', 'Failed=true')
  if ((completed || turned('FailureTarget')) && complete && jobIs(job, 'FailureTarget'))
    both('Complete=True', 'FailureTarget=true')
  if (completed || changed('completionTime')) {
    const here = path.child('completionTime')
    if (completionTime !== undefined && !complete)
      errors.push(invalid(here, completionTime, 'cannot set completionTime when there is no Complete=True condition'))
    if (completionTime === undefined && complete)
      errors.push(required(here, 'completionTime is required for Complete jobs'))
  }
  if ((changed('startTime') || changed('completionTime')) && startTime && completionTime)
    if (Date.parse(completionTime) < Date.parse(startTime))
      errors.push(invalid(path.child('completionTime'), completionTime, 'must be equal to or after `startTime`'))
  if ((failing || changed('failedIndexes')) && failed && !jobIs(job, 'FailureTarget'))
    errors.push(invalidHere(conditions, 'cannot set Failed=True condition without the FailureTarget=true condition'))
  if ((completed || turned('SuccessCriteriaMet')) && complete && !jobIs(job, 'SuccessCriteriaMet'))
    errors.push(
      invalidHere(conditions, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
    )
  if ((finishing || changed('active')) && finished && active > 0)
    errors.push(invalid(path.child('active'), active, 'active>0 is invalid for finished job'))
  const empty = spec.suspend === true && spec.completions === 0
  if ((finishing || changed('startTime')) && !empty && finished && startTime === undefined)
    errors.push(required(path.child('startTime'), 'startTime is required for finished job'))
  if ((finishing || changed('uncountedTerminatedPods')) && finished)
    if ((uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0) > 0)
      errors.push(invalid(path.child('uncountedTerminatedPods'), uncounted, 'must be empty for finished job'))
  if ((finishing || changed('terminating')) && finished && terminating > 0)
    errors.push(invalid(path.child('terminating'), terminating, 'terminating>0 is invalid for finished job'))
  if ((changed('ready') || changed('active')) && ready > active)
    errors.push(invalid(path.child('ready'), ready, 'cannot set more ready pods than active'))
  return errors
}

function indexRules({ status, spec }: Job, old: JobStatus): FieldError[] {
  const errors: FieldError[] = []
  const { completedIndexes = '', failedIndexes } = status
  const { completions, backoffLimitPerIndex, completionMode } = spec
  const [completedChanged, failedChanged] = [
    completedIndexes !== (old.completedIndexes ?? ''),
    failedIndexes !== old.failedIndexes,
  ]
  const form = (field: 'completedIndexes' | 'failedIndexes', text: string) => {
    const read = parseIndexes(text, completions ?? 0)
    if ('problem' in read) errors.push(invalid(path.child(field), text, `error parsing ${field}: ${read.problem}`))
  }
  if (completedChanged && completions !== undefined) form('completedIndexes', completedIndexes)
  if (failedChanged && completions !== undefined && backoffLimitPerIndex !== undefined && failedIndexes !== undefined)
    form('failedIndexes', failedIndexes)
  if (completedChanged && completedIndexes !== '' && completionMode !== 'Indexed')
    errors.push(
      invalid(
        path.child('completedIndexes'),
        completedIndexes,
        'cannot set non-empty completedIndexes when non-indexed completion mode',
      ),
    )
  if (failedChanged && backoffLimitPerIndex === undefined && failedIndexes !== undefined)
    errors.push(
      invalid(
        path.child('failedIndexes'),
        failedIndexes,
        'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ),
    )
  if ((completedChanged || failedChanged) && completions !== undefined && failedIndexes !== undefined) {
    const index = overlap(completedIndexes, failedIndexes, completions)
    if (index !== undefined)
      errors.push(
        invalid(
          path.child('failedIndexes'),
          failedIndexes,
          `failedIndexes and completedIndexes overlap at index: ${index}`,
        ),
      )
  }
  return errors
}

function successRules(job: Job, old: Job): FieldError[] {
  const met = jobIs(job, 'SuccessCriteriaMet')
  const wrong = [
    met && jobIs(job, 'Failed') && 'cannot set SuccessCriteriaMet=True and Failed=true conditions',
    met && jobIs(job, 'FailureTarget') && 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
    job.spec.successPolicy !== undefined &&
      !met &&
      jobIs(job, 'Complete') &&
      'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
    jobIs(old, 'SuccessCriteriaMet') && !met && 'cannot disable the SuccessCriteriaMet=True condition',
    jobIs(old, 'Complete') &&
      !jobIs(old, 'SuccessCriteriaMet') &&
      met &&
      'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions',
  ]
  return wrong.flatMap(detail => (detail ? [invalidHere(conditions, detail)] : []))
}

/** Rules of what may follow upon what. */
function transitionRules(job: Job, old: Job): FieldError[] {
  const { status, spec } = job
  const errors = (['Failed', 'Complete', 'FailureTarget'] as const).flatMap(type =>
    jobIs(old, type) && !jobIs(job, type)
      ? [invalidHere(conditions, `cannot disable the terminal ${type}=True condition`)]
      : [],
  )
  const { failed = 0, succeeded = 0, startTime, completionTime } = status
  if (failed < (old.status.failed ?? 0))
    errors.push(invalid(path.child('failed'), failed, 'cannot decrease the failed counter'))
  const scales = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism
  if (!scales && succeeded < (old.status.succeeded ?? 0))
    errors.push(invalid(path.child('succeeded'), succeeded, 'cannot decrease the succeeded counter'))
  const ended = old.status.completionTime
  if (completionTime !== undefined && ended !== undefined && completionTime !== ended)
    errors.push(invalid(path.child('completionTime'), completionTime, 'field is immutable'))
  const resuming = jobIs(old, 'Suspended') && conditionOf(status.conditions, 'Suspended')?.status === 'False'
  const started = old.status.startTime
  if (started !== undefined && startTime !== started && !resuming && !spec.suspend)
    errors.push(invalid(path.child('startTime'), startTime, 'field is immutable for unsuspended job once set'))
  return errors
}
