import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../schema/rules/errors.ts'
import type { FieldError } from '../../schema/types.ts'
import { cells, testContext, write } from '../../testing/writes.ts'
import { type Job, type JobStatus, jobs } from './job.ts'

const container = { name: 'c', image: 'i' }
const template = { spec: { restartPolicy: 'Never', containers: [container] } }
const manifest = (spec: object = {}, metadata: object = {}) => ({
  metadata: { name: 'work', namespace: 'default', uid: 'u1', ...metadata },
  spec: { template, ...spec },
})
const made = (spec: object = {}) => write(jobs, manifest(spec)).object

test('a Job gets defaults, labels and a selector of its own', () => {
  const { object, errors } = write(jobs, manifest({ template: { ...template, metadata: { labels: { app: 'x' } } } }))
  assert.deepEqual(errors, [])
  assert.deepEqual(object.metadata.labels, { app: 'x' })
  const { template: of, ...spec } = object.spec
  assert.deepEqual(spec, {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u1' } },
    manualSelector: false,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: 'TerminatingOrFailed',
  })
  assert.deepEqual(of.metadata.labels, {
    app: 'x',
    'controller-uid': 'u1',
    'job-name': 'work',
    'batch.kubernetes.io/controller-uid': 'u1',
    'batch.kubernetes.io/job-name': 'work',
  })
})

test('defaults of a Job depend on what is given', () => {
  const of = (spec: object) => {
    const { parallelism, completions, backoffLimit, podReplacementPolicy } = made(spec).spec
    return [parallelism, completions, backoffLimit, podReplacementPolicy]
  }
  assert.deepEqual(of({ parallelism: 3 }), [3, undefined, 6, 'TerminatingOrFailed'])
  assert.deepEqual(of({ completions: 3 }), [1, 3, 6, 'TerminatingOrFailed'])
  assert.deepEqual(of({ completionMode: 'Indexed', completions: 2, backoffLimitPerIndex: 1 }), [
    1,
    2,
    2147483647,
    'TerminatingOrFailed',
  ])
  assert.equal(of({ podFailurePolicy: { rules: [] } })[3], 'Failed')
})

test('a Job that makes no sense is refused with the field and the reason', () => {
  const indexed = { completionMode: 'Indexed', completions: 3 }
  const exitCodes = (onExitCodes: object) => ({ podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes }] } })
  const success = (rule: object) => ({ ...indexed, successPolicy: { rules: [rule] } })
  const rule = 'spec.podFailurePolicy.rules[0]'
  const successRule = 'spec.successPolicy.rules[0]'
  const cases: [spec: object, errors: string[]][] = [
    [{ parallelism: -1 }, ['spec.parallelism: Invalid value: -1: must be greater than or equal to 0']],
    [
      { template: { spec: { containers: [container] } } },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      { template: { ...template, metadata: { labels: { 'job-name': 'other' } } } },
      [
        'spec.template.metadata.labels[job-name]: Invalid value: {"controller-uid":"u1","job-name":"other","batch.kubernetes.io/controller-uid":"u1","batch.kubernetes.io/job-name":"work"}: must be \'work\'',
      ],
    ],
    [
      { selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'no' } } },
      [
        'spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"no"}}: `selector` not auto-generated',
        'spec.template.metadata.labels: Invalid value: {"controller-uid":"u1","job-name":"work","batch.kubernetes.io/controller-uid":"u1","batch.kubernetes.io/job-name":"work"}: `selector` does not match template `labels`',
      ],
    ],
    [{ manualSelector: true }, ['spec.selector: Required value']],
    [
      { managedBy: 'me' },
      ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [{ managedBy: `acme.io/${'x'.repeat(60)}` }, ['spec.managedBy: Too long: may not be more than 63 bytes']],
    [{ managedBy: 'acme.io/jobs' }, []],
    [
      { completionMode: 'Magic' },
      ['spec.completionMode: Unsupported value: "Magic": supported values: "Indexed", "NonIndexed"'],
    ],
    [
      { parallelism: 1, completionMode: 'Indexed' },
      ['spec.completions: Required value: when completion mode is Indexed'],
    ],
    [
      { ...indexed, parallelism: 100_001 },
      ['spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed'],
    ],
    [{ backoffLimitPerIndex: 1 }, ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode']],
    [
      { ...indexed, maxFailedIndexes: 4 },
      [
        'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
        'spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions',
      ],
    ],
    [
      { ...indexed, completions: 100_001, backoffLimitPerIndex: 1, parallelism: 10_001 },
      [
        'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
        'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
      ],
    ],
    [
      exitCodes({ operator: 'In', values: [2, 0, 2], containerName: 'd' }),
      [
        `${rule}.onExitCodes.containerName: Invalid value: "d": must be one of the container or initContainer names in the pod template`,
        `${rule}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator`,
        `${rule}.onExitCodes.values[2]: Duplicate value: 2`,
        `${rule}.onExitCodes.values: Invalid value: [2,0,2]: must be ordered`,
      ],
    ],
    [
      exitCodes({ operator: 'Not', values: [] }),
      [
        `${rule}.onExitCodes.operator: Unsupported value: "Not": supported values: "In", "NotIn"`,
        `${rule}.onExitCodes.values: Invalid value: []: at least one value is required`,
      ],
    ],
    [
      { podFailurePolicy: { rules: [{ onPodConditions: [{ type: 'DisruptionTarget' }] }] } },
      [`${rule}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`],
    ],
    [
      { podFailurePolicy: { rules: [{ action: 'FailIndex' }] } },
      [
        `${rule}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
        `${rule}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`,
      ],
    ],
    [
      { podFailurePolicy: { rules: [] }, podReplacementPolicy: 'TerminatingOrFailed' },
      ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
    ],
    [
      { podFailurePolicy: { rules: [] }, template: { spec: { ...template.spec, restartPolicy: 'OnFailure' } } },
      [
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    ],
    [
      { successPolicy: { rules: [{ succeededCount: 1 }] } },
      ['spec.successPolicy: Invalid value: {"rules":[{"succeededCount":1}]}: requires indexed completion mode'],
    ],
    [
      success({}),
      [`${successRule}: Required value: at least one of succeededCount or succeededIndexes must be specified`],
    ],
    [
      success({ succeededIndexes: '0-3' }),
      [`${successRule}.succeededIndexes: Invalid value: "0-3": error parsing succeededIndexes: too large index: "3"`],
    ],
    [
      success({ succeededIndexes: '0,1', succeededCount: 3 }),
      [
        `${successRule}.succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)`,
      ],
    ],
    [success({ succeededIndexes: '0,2', succeededCount: 1 }), []],
  ]
  for (const [spec, errors] of cases) assert.deepEqual(write(jobs, manifest(spec)).errors, errors, JSON.stringify(spec))
})

test('an indexed Job has a name that its last pod can have as a host', () => {
  const name = 'n'.repeat(62)
  const spec = { completionMode: 'Indexed', completions: 3 }
  assert.deepEqual(write(jobs, manifest(spec, { name })).errors, [
    `metadata.name: Invalid value: "${name}": will not able to create pod with invalid DNS label: ${name}-2`,
  ])
})

test('of a running Job hardly anything changes', () => {
  const cases: [before: object, after: object, fields: string[]][] = [
    [{}, { completions: 2 }, ['spec.completions']],
    [{}, { parallelism: 2, completions: 1, backoffLimit: 1, suspend: true, activeDeadlineSeconds: 5 }, []],
    [
      { completionMode: 'Indexed', completions: 2 },
      { completionMode: 'Indexed', completions: 3 },
      ['spec.completions'],
    ],
    [{ completionMode: 'Indexed', completions: 2 }, { completionMode: 'Indexed', completions: 3, parallelism: 3 }, []],
    [{}, { managedBy: 'acme.io/x' }, ['spec.managedBy']],
    [{}, { template: { spec: { ...template.spec, nodeSelector: { a: 'b' } } } }, ['spec.template']],
    [{ suspend: true }, { suspend: true, template: { spec: { ...template.spec, nodeSelector: { a: 'b' } } } }, []],
    [
      { suspend: true },
      {
        suspend: true,
        template: { spec: { ...template.spec, containers: [{ ...container, resources: { requests: { cpu: '1' } } }] } },
      },
      [],
    ],
    [
      { suspend: true },
      { template: { spec: { ...template.spec, containers: [{ ...container, image: 'j' }] } } },
      ['spec.template.spec'],
    ],
  ]
  for (const [before, after, fields] of cases) {
    const old = made(before)
    const { selector } = old.spec
    const given = { selector, ...after } as { template?: object }
    const labelled = { ...template, ...given.template, metadata: old.spec.template.metadata }
    const { errors } = write(jobs, manifest({ ...given, template: labelled }), old)
    assert.deepEqual(
      errors.map(error => error.split(':')[0]),
      fields,
      JSON.stringify(after),
    )
  }
})

test('what is reported of a Job fits together', () => {
  const status = jobs.subresources?.status
  assert.ok(status?.form === 'view')
  const is = (...types: string[]) =>
    types.map(type => ({ type, status: 'True', lastProbeTime: '', lastTransitionTime: '' }))
  const [start, end] = ['2026-01-31T09:00:00Z', '2026-01-31T09:10:00Z']
  const running: JobStatus = { startTime: start, active: 1 }
  const done: JobStatus = {
    startTime: start,
    completionTime: end,
    succeeded: 1,
    conditions: is('SuccessCriteriaMet', 'Complete'),
  }
  const cases: [spec: object, before: JobStatus, after: JobStatus, errors: string[]][] = [
    [{}, running, done, []],
    [
      {},
      running,
      { ...done, conditions: is('Complete') },
      [
        'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      ],
    ],
    [
      {},
      running,
      { ...done, completionTime: '2026-01-31T08:59:00Z', active: 1 },
      [
        'status.completionTime: Invalid value: "2026-01-31T08:59:00Z": must be equal to or after `startTime`',
        'status.active: Invalid value: 1: active>0 is invalid for finished job',
      ],
    ],
    [
      {},
      done,
      running,
      [
        'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
        'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
        'status.succeeded: Invalid value: 0: cannot decrease the succeeded counter',
      ],
    ],
    [
      {},
      running,
      { ...running, conditions: is('Failed') },
      [
        'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
        'status.active: Invalid value: 1: active>0 is invalid for finished job',
      ],
    ],
    [
      {},
      running,
      { ...running, completedIndexes: '0' },
      [
        'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
      ],
    ],
    [
      { completionMode: 'Indexed', completions: 3, backoffLimitPerIndex: 1 },
      running,
      { ...running, completedIndexes: '0-1', failedIndexes: '1,2' },
      ['status.failedIndexes: Invalid value: "1,2": failedIndexes and completedIndexes overlap at index: 1'],
    ],
    [
      {},
      running,
      { ...running, uncountedTerminatedPods: { succeeded: ['a', ''], failed: ['a'] }, ready: 2 },
      [
        'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
        'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
        'status.ready: Invalid value: 2: cannot set more ready pods than active',
      ],
    ],
    [
      {},
      running,
      { active: 1 },
      ['status.startTime: Invalid value: null: field is immutable for unsuspended job once set'],
    ],
  ]
  for (const [spec, before, after, errors] of cases) {
    const object = made(spec)
    const found: readonly FieldError[] =
      status.rules?.({ ...object, status: after }, { ...object, status: before }) ?? []
    assert.deepEqual(found.map(describeError), errors, JSON.stringify(after))
  }
})

test('Jobs are shown as kubectl shows them', () => {
  const object: Job = {
    ...made({ completions: 2 }),
    status: { startTime: '2026-01-31T09:29:30Z', succeeded: 1 },
  }
  assert.deepEqual(cells(jobs, object, testContext.now), {
    Name: 'work',
    Status: 'Running',
    Completions: '1/2',
    Duration: '30s',
    Age: '<unknown>',
    Containers: 'c',
    Images: 'i',
    Selector: 'batch.kubernetes.io/controller-uid=u1',
  })
  assert.equal(cells(jobs, made({ parallelism: 3 }), 0).Completions, '0/1 of 3')
})
