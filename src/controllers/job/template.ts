import {
  ignoredFailuresAnnotation,
  indexFailuresAnnotation,
  jobIndexLabel,
  trackingFinalizer,
} from '../../api/batch/jobSelector.ts'
import type { Job } from '../../api/batch/jobType.ts'
import type { Container } from '../../api/core/pod/container.ts'
import type { PodTemplateSpec } from '../../api/core/podTemplate.ts'
import { failuresOf } from './facts.ts'
import type { NewPod } from './plan.ts'
import { failureOf } from './policies.ts'

const indexVariable = 'JOB_COMPLETION_INDEX'
/** A generated name has at most 63 characters, five of which are the ending. */
const longestPrefix = 58

/** The template of one pod of a job, and what its name begins with. */
export function templateOf({ metadata: { name = '' }, spec }: Job, { index, replaces }: NewPod) {
  const { template, backoffLimitPerIndex, podFailurePolicy } = spec
  const finalizers = [...new Set([...(template.metadata.finalizers ?? []), trackingFinalizer])]
  const metadata = { ...template.metadata, finalizers }
  if (index === undefined) return { template: { ...template, metadata } as PodTemplateSpec }
  const annotations: Record<string, string> = { ...metadata.annotations, [jobIndexLabel]: String(index) }
  if (backoffLimitPerIndex !== undefined) {
    // Its predecessor is forgotten once it is there: it takes over how often the index failed.
    const before = replaces ? failuresOf(replaces) : { counted: 0, ignored: 0 }
    const counts = replaces ? failureOf(podFailurePolicy, replaces).counts : undefined
    annotations[indexFailuresAnnotation] = String(before.counted + (counts === true ? 1 : 0))
    const ignored = before.ignored + (counts === false ? 1 : 0)
    if (ignored > 0) annotations[ignoredFailuresAnnotation] = String(ignored)
  }
  const suffix = `-${index}-`
  const prefix = `${name.slice(0, longestPrefix - suffix.length)}${suffix}`
  const { containers, initContainers } = template.spec
  const made: PodTemplateSpec = {
    metadata: { ...metadata, annotations, labels: { ...metadata.labels, [jobIndexLabel]: String(index) } },
    spec: {
      ...template.spec,
      hostname: `${name}-${index}`,
      containers: containers.map(withIndex),
      ...(initContainers ? { initContainers: initContainers.map(withIndex) } : {}),
    },
  }
  return { template: made, prefix }
}

/** Containers learn their index from the environment. */
function withIndex(container: Container): Container {
  if (container.env?.some(({ name }) => name === indexVariable)) return container
  const fieldRef = { fieldPath: `metadata.labels['${jobIndexLabel}']` }
  return { ...container, env: [...(container.env ?? []), { name: indexVariable, valueFrom: { fieldRef } }] }
}
