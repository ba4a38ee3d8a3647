import type { ObjectMeta } from '../meta/objectMeta.ts'
import type { Job } from './jobType.ts'

/** On pods of a job: its name and UID. */
export const jobNameLabel = 'batch.kubernetes.io/job-name'
export const jobUidLabel = 'batch.kubernetes.io/controller-uid'
/** On pods of an indexed job, as label and annotation: the index. */
export const jobIndexLabel = 'batch.kubernetes.io/job-completion-index'

/** On pods of a job with limits per index: how many of its predecessors failed, and how many failures did not count. */
export const indexFailuresAnnotation = 'batch.kubernetes.io/job-index-failure-count'
export const ignoredFailuresAnnotation = 'batch.kubernetes.io/job-index-ignored-failure-count'
/** Keeps a pod until its job has counted it. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking'
/** What `managedBy` says of jobs that the cluster itself takes care of. */
export const builtinManager = 'kubernetes.io/job-controller'

/** Labels of a job's pods. */
export const jobLabels = ({ name = '', uid = '' }: ObjectMeta): Record<string, string> => ({
  [jobUidLabel]: uid,
  [jobNameLabel]: name,
})

/** The same under the names they had before names got prefixes. */
export const legacyJobLabels = ({ name = '', uid = '' }: ObjectMeta): Record<string, string> => ({
  'controller-uid': uid,
  'job-name': name,
})

/** Gives a new job its selector and its template the labels, unless the writer does so. Edits in place. */
export function generateSelector({ metadata, spec }: Job): void {
  if (spec.manualSelector) return
  const { template } = spec
  // Labels that contradict are kept, and refused by the rules.
  template.metadata.labels = { ...legacyJobLabels(metadata), ...jobLabels(metadata), ...template.metadata.labels }
  const { selector } = spec
  spec.selector = { ...selector, matchLabels: { [jobUidLabel]: metadata.uid ?? '', ...selector?.matchLabels } }
}
