import { at } from '../../schema/rules/path.ts'
import type { Path } from '../../schema/types.ts'
import { containerColumns, templateDefaults } from '../apps/template.ts'
import { nameWarnings } from '../apps/workloadRules.ts'
import { podSpecWarnings } from '../core/pod/warnings.ts'
import { ageColumn, humanDuration, nameColumn, since } from '../meta/columns.ts'
import { formatLabelSelector } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { jobIs } from './jobConditions.ts'
import { jobRules } from './jobRules.ts'
import { generateSelector } from './jobSelector.ts'
import { jobStatusRules } from './jobStatusRules.ts'
import { Job, type JobSpec } from './jobType.ts'
import { jobUpdateRules } from './jobUpdateRules.ts'

export {
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from './jobPolicies.ts'
export { Job, JobCondition, JobList, JobSpec, JobStatus, UncountedTerminatedPods } from './jobType.ts'

const noLimit = 2 ** 31 - 1

/** Defaults of a job, which a CronJob's jobs get only once they are made. Edits in place. */
function jobDefaults(spec: JobSpec): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : noLimit
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.manualSelector ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
}

/** What a job's spec is warned of: legal, but hardly meant. */
export function jobWarnings({ completionMode, completions = 0, parallelism = 0, template }: JobSpec, path: Path) {
  const large = completionMode === 'Indexed' && completions > 100_000 && parallelism > 10_000
  return [
    ...(large
      ? [
          `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...podSpecWarnings(template.spec, template.metadata, path.child('template')),
  ]
}

/** How far a job is, as one word. */
function state(job: Job): string {
  for (const type of ['Complete', 'Failed'] as const) if (jobIs(job, type)) return type
  if (job.metadata.deletionTimestamp) return 'Terminating'
  for (const type of ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'] as const) if (jobIs(job, type)) return type
  return 'Running'
}

function completionText({ spec: { completions, parallelism = 0 }, status: { succeeded = 0 } }: Job): string {
  if (completions !== undefined) return `${succeeded}/${completions}`
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function duration({ status: { startTime, completionTime } }: Job, now: number): string {
  if (!startTime) return ''
  return completionTime ? humanDuration(Date.parse(completionTime) - Date.parse(startTime)) : since(startTime, now)
}

/** Runs pods until enough of them have succeeded. */
export const jobs = resource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  in: ['all'],
  namespaced: true,
  type: Job,
  defaults({ metadata, spec }) {
    templateDefaults(spec.template)
    jobDefaults(spec)
    const { labels } = spec.template.metadata
    if (labels && !Object.keys(metadata.labels ?? {}).length) metadata.labels = { ...labels }
  },
  rules: jobRules,
  changes: statusApart<Job>(() => ({}), {
    create: generateSelector,
    updateRules: jobUpdateRules,
    warnings: (job, old) =>
      old && job.metadata.generation === old.metadata.generation
        ? []
        : [...nameWarnings(job, old), ...jobWarnings(job.spec, at('spec'))],
  }),
  orphans: ['batch/v1'],
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', description: 'How far the job is.', cell: state },
    { name: 'Completions', type: 'string', description: 'Successes out of those wanted.', cell: completionText },
    { name: 'Duration', type: 'string', description: 'How long it took, or has taken so far.', cell: duration },
    ageColumn,
    ...containerColumns<Job>(({ spec }) => spec.template),
    {
      name: 'Selector',
      type: 'string',
      description: 'Labels of the pods.',
      priority: 1,
      cell: ({ spec }) => formatLabelSelector(spec.selector),
    },
  ],
  select: { 'status.successful': ({ status }) => String(status.succeeded ?? 0) },
  subresources: { status: statusView<Job>({ rules: jobStatusRules }) },
})
