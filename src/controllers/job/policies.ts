import { indexCount } from '../../api/batch/jobIndexes.ts'
import type {
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  SuccessPolicy,
} from '../../api/batch/jobPolicies.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { type Indexes, readIndexes, shared } from './indexes.ts'

/** What a failed pod means. */
export interface Failure {
  /** The rule that decided. */
  readonly action?: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count'
  /** Why the whole job fails. */
  readonly message?: string
  /** Whether it counts towards the limits. */
  readonly counts: boolean
}

/** Of upstream's matchPodFailurePolicy: the first rule that the pod meets. */
export function failureOf(policy: PodFailurePolicy | undefined, pod: Pod): Failure {
  const { namespace, name } = pod.metadata
  for (const [index, { action, onExitCodes, onPodConditions = [] }] of (policy?.rules ?? []).entries()) {
    let why: string | undefined
    if (onExitCodes) {
      const failed = exited(pod, onExitCodes)
      if (failed)
        why = `Container ${failed.name} for pod ${namespace}/${name} failed with exit code ${failed.exitCode} matching ${action} rule at index ${index}`
    } else {
      const met = pod.status.conditions?.find(({ type, status }) =>
        onPodConditions.some(pattern => pattern.type === type && pattern.status === status),
      )
      if (met) why = `Pod ${namespace}/${name} has condition ${met.type} matching ${action} rule at index ${index}`
    }
    if (why !== undefined)
      return { action, counts: action !== 'Ignore', ...(action === 'FailJob' ? { message: why } : {}) }
  }
  return { counts: true }
}

/** The first container that failed as the rule says. */
function exited({ status }: Pod, { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement) {
  for (const { name, state } of [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]) {
    const exitCode = state?.terminated?.exitCode ?? 0
    if (exitCode === 0 || (containerName !== undefined && containerName !== name)) continue
    if (values.includes(exitCode) === (operator === 'In')) return { name, exitCode }
  }
  return undefined
}

/** Why an indexed job is a success before all is done; undefined when it is not. Of upstream's matchSuccessPolicy. */
export function successOf(
  policy: SuccessPolicy | undefined,
  succeeded: Indexes,
  completions: number,
): string | undefined {
  if (succeeded.length === 0) return undefined
  const met = (policy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && indexCount(succeeded) >= succeededCount
    const wanted = readIndexes(succeededIndexes, completions)
    const got = shared(wanted, succeeded)
    return wanted.length > 0 && (got === indexCount(wanted) || (succeededCount !== undefined && got >= succeededCount))
  })
  return met < 0 ? undefined : `Matched rules at index ${met}`
}
