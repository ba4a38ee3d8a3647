import { semanticEqual } from '../../schema/derive/equal.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import type { Affinity } from '../core/pod/affinity.ts'
import type { Container } from '../core/pod/container.ts'
import { PodSpec } from '../core/pod/spec.ts'
import { PodTemplateSpec } from '../core/podTemplate.ts'
import { jobIs } from './jobConditions.ts'
import { type Job, JobSpec } from './jobType.ts'

const spec = at('spec')
const immutable = 'field is immutable'

/** What an update may change of a job. Of upstream's ValidateJobSpecUpdate. */
export function jobUpdateRules({ spec: after }: Job, old: Job): readonly FieldError[] {
  const before = old.spec
  const fixed = (...fields: (keyof JobSpec)[]) =>
    fields.flatMap(field =>
      semanticEqual(JobSpec, { ...after, [field]: before[field] }, after)
        ? []
        : [invalid(spec.child(field), after[field], immutable)],
    )
  return [
    ...(after.completionMode === 'Indexed' ? completionRules(after, before) : fixed('completions')),
    ...fixed('selector'),
    ...templateRules(after, old),
    ...fixed('completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'),
  ]
}

/** An indexed job grows and shrinks with all of its indexes running. */
const completionRules = ({ completions, parallelism }: JobSpec, before: JobSpec): FieldError[] =>
  completions === undefined || completions === before.completions || completions === parallelism
    ? []
    : [invalid(spec.child('completions'), completions, 'can only be modified in tandem with spec.parallelism')]

/** The template is fixed, but while the job is suspended and nothing of it runs: then pods may be placed and sized anew. */
function templateRules({ template }: JobSpec, old: Job): FieldError[] {
  const path = spec.child('template')
  const { suspend, template: before } = old.spec
  const { startTime, active = 0 } = old.status
  if (!suspend || active > 0 || (startTime !== undefined && !jobIs(old, 'Suspended')))
    return semanticEqual(PodTemplateSpec, template, before) ? [] : [invalid(path, template, immutable)]
  const [{ spec: next }, { spec: last }] = [template, before]
  const allowed: PodSpec = {
    ...last,
    affinity: allowedAffinity(next.affinity, last.affinity),
    nodeSelector: next.nodeSelector,
    tolerations: next.tolerations,
    schedulingGates: next.schedulingGates,
    containers: resized(next.containers, last.containers),
    initContainers: last.initContainers && resized(next.initContainers ?? [], last.initContainers),
  }
  return semanticEqual(PodSpec, next, allowed) ? [] : [invalid(spec.child('template.spec'), next, immutable)]
}

/** The old affinity with the new choice of nodes. */
function allowedAffinity(next: Affinity | undefined, last: Affinity | undefined): Affinity | undefined {
  if (!next && !last) return undefined
  const { nodeAffinity: _, ...rest } = last ?? {}
  const nodes = next?.nodeAffinity
  if (!next && Object.keys(rest).length === 0) return undefined
  return nodes ? { ...rest, nodeAffinity: nodes } : rest
}

const resized = (next: readonly Container[], last: readonly Container[]): Container[] =>
  last.map((container, i) =>
    next.length === last.length && next[i]?.name === container.name
      ? { ...container, resources: next[i].resources }
      : container,
  )
