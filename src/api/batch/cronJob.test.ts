import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, write } from '../../testing/writes.ts'
import { cronJobs } from './cronJob.ts'

const jobTemplate = {
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
}
const manifest = (spec: object = {}, name = 'tick') => ({
  metadata: { name, namespace: 'default' },
  spec: { schedule: '*/5 * * * *', jobTemplate, ...spec },
})

test('a CronJob gets defaults, its jobs only once they are made', () => {
  const { object, errors } = write(cronJobs, manifest())
  assert.deepEqual(errors, [])
  const { jobTemplate: of, ...spec } = object.spec
  assert.deepEqual(spec, {
    schedule: '*/5 * * * *',
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  })
  assert.deepEqual(Object.keys(of.spec), ['template'])
})

test('a CronJob that makes no sense is refused with the field and the reason', () => {
  const cases: [spec: object, errors: string[]][] = [
    [{ schedule: '' }, ['spec.schedule: Required value']],
    [
      { schedule: '* * * *' },
      ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]'],
    ],
    [
      { schedule: 'TZ=UTC 0 * * * *' },
      [
        'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      ],
    ],
    [
      { schedule: 'TZ=0' },
      [
        'spec.schedule: Invalid value: "TZ=0": invalid schedule format: runtime error: slice bounds out of range [:-1]',
        'spec.schedule: Invalid value: "TZ=0": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      ],
    ],
    [{ timeZone: 'Europe/Berlin' }, []],
    [{ timeZone: '' }, ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']],
    [{ timeZone: 'Moon/Base' }, ['spec.timeZone: Invalid value: "Moon/Base": unknown time zone Moon/Base']],
    [{ timeZone: 'europe/berlin' }, ['spec.timeZone: Invalid value: "europe/berlin": unknown time zone europe/berlin']],
    [
      { timeZone: 'Local' },
      [
        'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ],
    ],
    [
      { concurrencyPolicy: 'Maybe' },
      ['spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"'],
    ],
    [
      { jobTemplate: { spec: { ...jobTemplate.spec, manualSelector: true, selector: {} } } },
      [
        'spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "false", "nil"',
      ],
    ],
    [
      { failedJobsHistoryLimit: -1, startingDeadlineSeconds: -1 },
      [
        'spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(cronJobs, manifest(spec)).errors, errors, JSON.stringify(spec))
})

test('the names of new CronJobs leave room for the time, those of old ones need not', () => {
  const name = 'n'.repeat(53)
  const { object, errors } = write(cronJobs, manifest({}, name))
  assert.deepEqual(errors, [`metadata.name: Invalid value: "${name}": must be no more than 52 characters`])
  assert.deepEqual(write(cronJobs, manifest({}, name), object).errors, [])
})

test('CronJobs are shown as kubectl shows them', () => {
  assert.deepEqual(cells(cronJobs, write(cronJobs, manifest()).object), {
    Name: 'tick',
    Schedule: '*/5 * * * *',
    Timezone: '<none>',
    Suspend: 'False',
    Active: 0,
    'Last Schedule': '<none>',
    Age: '<unknown>',
    Containers: 'c',
    Images: 'i',
    Selector: '<none>',
  })
})
