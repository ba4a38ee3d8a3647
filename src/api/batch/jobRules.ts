import { domainPrefixedPath } from '../../schema/rules/bounds.ts'
import { invalid, notSupported, required, tooLong } from '../../schema/rules/errors.ts'
import { dnsLabel } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { notNegative } from '../apps/replicas.ts'
import { podTemplateRules } from '../core/podTemplate.ts'
import { labelSelectorMatches, labelSelectorRules } from '../meta/selectors.ts'
import { podFailurePolicyRules, successPolicyRules } from './jobPolicyRules.ts'
import { jobLabels, legacyJobLabels } from './jobSelector.ts'
import type { Job, JobSpec } from './jobType.ts'

/** How long `completedIndexes` may get is bounded by how many pods run, and how many indexes fail. */
const most = { parallelism: 100_000, failedIndexes: 100_000, managedBy: 63 }
/** Bounds of jobs with limits per index and more completions than `completions`. */
const many = { completions: 100_000, parallelism: 10_000, failedIndexes: 10_000 }

const spec = at('spec')

/** Rules of a Job; an update has those of `jobUpdateRules` besides. Of upstream's ValidateJob. */
export function jobRules(job: Job, old: Job | undefined): readonly FieldError[] {
  const { selector, template, completionMode, completions = 0 } = job.spec
  const errors = [...generatedSelectorRules(job, old), ...jobSpecRules(job.spec, spec)]
  if (!selector) errors.push(required(spec.child('selector')))
  else {
    const wrong = labelSelectorRules(selector, spec.child('selector'))
    errors.push(...wrong)
    const labels = template.metadata.labels ?? {}
    if (wrong.length === 0 && !labelSelectorMatches(selector, labels))
      errors.push(
        invalid(spec.child('template', 'metadata', 'labels'), labels, '`selector` does not match template `labels`'),
      )
  }
  const { name = '' } = job.metadata
  const lastHost = `${name}-${completions - 1}`
  if (completionMode === 'Indexed' && completions > 0 && dnsLabel(lastHost).length)
    errors.push(
      invalid(at('metadata', 'name'), name, `will not able to create pod with invalid DNS label: ${lastHost}`),
    )
  return errors
}

/** A selector that the server made, and the labels it made with it, are as it makes them. */
function generatedSelectorRules({ metadata, spec: { manualSelector, selector, template } }: Job, old: Job | undefined) {
  const errors: FieldError[] = []
  if (manualSelector || !selector) return errors
  if (!metadata.uid) errors.push(required(at('metadata', 'uid')))
  const before = old?.spec.template.metadata.labels
  // Jobs of old servers lack the labels with a prefix.
  const prefixed = !old || Object.keys(jobLabels(metadata)).every(label => before?.[label] !== undefined)
  const expected = { ...legacyJobLabels(metadata), ...(prefixed ? jobLabels(metadata) : {}) }
  const labels = template.metadata.labels ?? {}
  for (const [key, value] of Object.entries(expected)) {
    const path = spec.child('template', 'metadata', 'labels').key(key)
    if (labels[key] === undefined) errors.push(required(path, `must be '${value}'`))
    else if (labels[key] !== value) errors.push(invalid(path, labels, `must be '${value}'`))
  }
  if (labelSelectorRules(selector, spec).length === 0 && !labelSelectorMatches(selector, expected))
    errors.push(invalid(spec.child('selector'), selector, '`selector` not auto-generated'))
  return errors
}

/** Rules of the spec of a Job, or of a CronJob's jobs, but for the selector. */
export function jobSpecRules(of: JobSpec, path: Path): FieldError[] {
  const errors = notNegative(
    of,
    path,
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  )
  const { managedBy, backoffLimitPerIndex, maxFailedIndexes, completionMode } = of
  if (maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined)
    errors.push(required(path.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'))
  if (managedBy !== undefined) {
    errors.push(...domainPrefixedPath(managedBy, path.child('managedBy')))
    if (managedBy.length > most.managedBy) errors.push(tooLong(path.child('managedBy'), most.managedBy))
  }
  const indexed = completionMode === 'Indexed'
  if (indexed) errors.push(...indexedRules(of, path))
  else if (completionMode === undefined || completionMode === 'NonIndexed')
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
      if (of[field] !== undefined)
        errors.push(invalid(path.child(field), of[field], 'requires indexed completion mode'))
  if (of.podFailurePolicy)
    errors.push(...podFailurePolicyRules(of, of.podFailurePolicy, path.child('podFailurePolicy')))
  if (of.successPolicy)
    errors.push(
      ...(indexed
        ? successPolicyRules(of.successPolicy, of.completions ?? 0, path.child('successPolicy'))
        : [invalid(path.child('successPolicy'), of.successPolicy, 'requires indexed completion mode')]),
    )
  if (of.podFailurePolicy && of.podReplacementPolicy === 'TerminatingOrFailed')
    errors.push(notSupported(path.child('podReplacementPolicy'), of.podReplacementPolicy, ['Failed']))
  return [...errors, ...podTemplateRules(of.template, path.child('template')), ...restartRules(of, path)]
}

function indexedRules(
  { completions, parallelism, maxFailedIndexes, backoffLimitPerIndex }: JobSpec,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = []
  const bound = (field: 'parallelism' | 'maxFailedIndexes', value: number | undefined, limit: number, when = '') => {
    if (value !== undefined && value > limit)
      errors.push(invalid(path.child(field), value, `must be less than or equal to ${limit}${when}`))
  }
  if (completions === undefined) errors.push(required(path.child('completions'), 'when completion mode is Indexed'))
  bound('parallelism', parallelism, most.parallelism, ' when completion mode is Indexed')
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions)
    errors.push(invalid(path.child('maxFailedIndexes'), maxFailedIndexes, 'must be less than or equal to completions'))
  bound('maxFailedIndexes', maxFailedIndexes, most.failedIndexes)
  if (completions === undefined || completions <= many.completions || backoffLimitPerIndex === undefined) return errors
  if (maxFailedIndexes === undefined)
    errors.push(
      required(path.child('maxFailedIndexes'), `must be specified when completions is above ${many.completions}`),
    )
  const when = ` when completions are above ${many.completions} and used with backoff limit per index`
  bound('parallelism', parallelism, many.parallelism, when)
  bound('maxFailedIndexes', maxFailedIndexes, many.failedIndexes, when)
  return errors
}

/** Pods of a job end: their containers are not restarted for ever. */
function restartRules({ template, podFailurePolicy }: JobSpec, path: Path): FieldError[] {
  const { restartPolicy } = template.spec
  const here = path.child('template', 'spec', 'restartPolicy')
  if (restartPolicy === undefined || restartPolicy === 'Always')
    return [required(here, 'valid values: "OnFailure", "Never"')]
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never')
    return [notSupported(here, restartPolicy, ['OnFailure', 'Never'])]
  return podFailurePolicy && restartPolicy !== 'Never'
    ? [invalid(here, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified')]
    : []
}
