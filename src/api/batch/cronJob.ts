import { root } from '../../schema/fields.ts'
import { at } from '../../schema/rules/path.ts'
import type { Type } from '../../schema/types.ts'
import { containerColumns, templateDefaults } from '../apps/template.ts'
import { nameWarnings } from '../apps/workloadRules.ts'
import { ageColumn, nameColumn, since } from '../meta/columns.ts'
import { formatLabelSelector } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { statusApart, statusView } from '../views.ts'
import { cronJobRules } from './cronJobRules.ts'
import { CronJob, cronJob } from './cronJobType.ts'
import { jobWarnings } from './job.ts'

export { CronJob, CronJobList, CronJobSpec, CronJobStatus, JobTemplateSpec } from './cronJobType.ts'

export const CronJobV1beta1: Type<CronJob> = root('io.k8s.api.batch.v1beta1.CronJob', cronJob)

const spec = at('spec')

const defaults = ({ spec: { jobTemplate } }: CronJob): void => templateDefaults(jobTemplate.spec.template)

function warnings(cronJob: CronJob, old: CronJob | undefined): string[] {
  const changed = !old || cronJob.metadata.generation !== old.metadata.generation
  return [
    ...nameWarnings(cronJob, old),
    ...(changed ? jobWarnings(cronJob.spec.jobTemplate.spec, spec.child('jobTemplate', 'spec')) : []),
    ...(old && cronJob.spec.schedule.includes('TZ')
      ? [
          'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
        ]
      : []),
  ]
}

/** Makes jobs at set times. */
export const cronJobs = resource<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  short: ['cj'],
  in: ['all'],
  namespaced: true,
  type: CronJob,
  defaults,
  rules: cronJobRules,
  changes: statusApart<CronJob>(() => ({}), { warnings }),
  orphans: ['batch/v1beta1'],
  columns: [
    nameColumn,
    { name: 'Schedule', type: 'string', description: 'When jobs are made.', cell: object => object.spec.schedule },
    {
      name: 'Timezone',
      type: 'string',
      description: 'Time zone of the schedule.',
      cell: object => object.spec.timeZone ?? '<none>',
    },
    {
      name: 'Suspend',
      type: 'boolean',
      description: 'Whether no further jobs are made.',
      cell: object => (object.spec.suspend === undefined ? '<unset>' : object.spec.suspend ? 'True' : 'False'),
    },
    {
      name: 'Active',
      type: 'integer',
      description: 'How many jobs still run.',
      cell: object => object.status.active?.length ?? 0,
    },
    {
      name: 'Last Schedule',
      type: 'string',
      description: 'Time since a job was last made.',
      cell: ({ status }, now) => (status.lastScheduleTime ? since(status.lastScheduleTime, now) : '<none>'),
    },
    ageColumn,
    ...containerColumns<CronJob>(object => object.spec.jobTemplate.spec.template),
    {
      name: 'Selector',
      type: 'string',
      description: 'Labels of the pods.',
      priority: 1,
      cell: object => formatLabelSelector(object.spec.jobTemplate.spec.selector),
    },
  ],
  versions: [
    renamedVersion('batch/v1beta1', 'batch/v1', CronJobV1beta1, {
      defaults,
      deprecation: removedVersion('batch/v1beta1', 'CronJob', '1.21', '1.25', 'batch/v1'),
    }),
  ],
  subresources: { status: statusView<CronJob>() },
})
