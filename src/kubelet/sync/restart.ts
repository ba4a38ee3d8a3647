import { type Container, isSidecar, type Pod } from '../pod.ts'
import { newestOf, type PodState } from './state.ts'

type Policy = 'Always' | 'OnFailure' | 'Never'

/** The restart policy in force for one container: its own, or the pod's. */
export const policyOf = (pod: Pod, container: Container): Policy =>
  (container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always') as Policy

/** Whether a container that ended with this code is started again (`podutil.ContainerShouldRestart`). */
export function restartsAfter(pod: Pod, container: Container, exitCode: number): boolean {
  for (const { exitCodes } of container.restartPolicyRules ?? []) {
    if (!exitCodes) continue
    const listed = (exitCodes.values ?? []).includes(exitCode)
    if (listed === (exitCodes.operator === 'In')) return true
  }
  const policy = policyOf(pod, container)
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** Whether the container, as it is now, will be started by the next sync. Nothing is, once the pod is to be deleted. */
export function shouldStart(pod: Pod, container: Container, state: PodState): boolean {
  if (pod.metadata.deletionTimestamp) return false
  const record = newestOf(state, container.name)
  if (!record) return true
  if (record.phase === 'running') return false
  return record.phase !== 'exited' || restartsAfter(pod, container, record.exitCode)
}

/** Whether a running container that is killed for its health will run again. */
export const restartsWhenKilled = (pod: Pod, container: Container): boolean =>
  isSidecar(container) || policyOf(pod, container) !== 'Never'
