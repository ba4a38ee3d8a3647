import { invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { notNegative } from '../apps/replicas.ts'
import type { CronJob, CronJobSpec } from './cronJobType.ts'
import { jobSpecRules } from './jobRules.ts'
import { parseSchedule } from './schedule.ts'
import { openZone } from './timeZone.ts'

const path = at('spec')
/** A job's name has 63 characters at most, of which 11 tell its time. */
const longestName = 52

/** Rules of a CronJob. Of upstream's ValidateCronJobCreate and ValidateCronJobUpdate. */
export function cronJobRules(
  { metadata: { name = '' }, spec }: CronJob,
  old: CronJob | undefined,
): readonly FieldError[] {
  const errors = spec.schedule === '' ? [required(path.child('schedule'))] : scheduleRules(spec, old?.spec)
  errors.push(...notNegative(spec, path, 'startingDeadlineSeconds'))
  if (spec.timeZone !== undefined && spec.timeZone !== old?.spec.timeZone) errors.push(...timeZoneRules(spec.timeZone))
  const job = spec.jobTemplate.spec
  const template = path.child('jobTemplate', 'spec')
  errors.push(...jobSpecRules(job, template))
  if (job.selector) errors.push(invalid(template.child('selector'), job.selector, '`selector` will be auto-generated'))
  if (job.manualSelector) errors.push(notSupported(template.child('manualSelector'), true, ['nil', 'false']))
  errors.push(...notNegative(spec, path, 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'))
  if (!old && name.length > longestName)
    errors.push(invalid(at('metadata', 'name'), name, `must be no more than ${longestName} characters`))
  return errors
}

function scheduleRules({ schedule, timeZone }: CronJobSpec, old: CronJobSpec | undefined): FieldError[] {
  const here = path.child('schedule')
  const parsed = parseSchedule(schedule)
  const errors = typeof parsed === 'string' ? [invalid(here, schedule, parsed)] : []
  if (!schedule.includes('TZ')) return errors
  if (!old?.schedule.includes('TZ'))
    errors.push(invalid(here, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'))
  else if (timeZone !== undefined)
    errors.push(invalid(here, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'))
  return errors
}

function timeZoneRules(name: string): FieldError[] {
  const wrong = (detail: string) => invalid(path.child('timeZone'), name, detail)
  if (name === '') return [wrong('timeZone must be nil or non-empty string')]
  const unknown = wrong(`unknown time zone ${name}`)
  const parts = name.split('/')
  if (parts.some(part => part === '.' || part === '..' || part[0] === '-' || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part)))
    return [unknown]
  if (name.toLowerCase() === 'local') {
    const local = wrong('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
    return name === 'Local' ? [local] : [local, unknown]
  }
  return openZone(name) ? [] : [unknown]
}
