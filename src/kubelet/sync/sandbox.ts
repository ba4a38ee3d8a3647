import { referenceTo } from '../../client/events.ts'
import { errorText } from '../cri/grpc.ts'
import { describePod, type Pod } from '../pod.ts'
import { graceOf, killAll } from './kill.ts'
import type { Kit } from './kit.ts'
import type { Plan } from './plan.ts'
import { sandboxConfig } from './sandboxConfig.ts'
import type { PodState } from './state.ts'

/**
 * Makes a pod's sandbox, after ending what there is of an earlier one. It is not given up half way when the pod is to
 * end: a sandbox that is made behind our back would be nobody's.
 */
export async function replaceSandbox(
  pod: Pod,
  state: PodState,
  { attempt, replaces }: NonNullable<Plan['sandbox']>,
  podIP: string,
  kit: Kit,
): Promise<void> {
  const { events, runtime, settings } = kit
  const about = referenceTo(pod)
  if (replaces) {
    events.record(about, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
    await killAll(pod, state, graceOf(pod, undefined, 'unknown'), podIP, kit)
    for (const { id } of state.sandboxes) await runtime.stopSandbox(id)
  }
  try {
    const { runtimeClassName } = pod.spec
    if (runtimeClassName) throw new Error(`RuntimeClass ${JSON.stringify(runtimeClassName)} not found`)
    await runtime.runSandbox(sandboxConfig(pod, attempt, settings), '')
  } catch (error) {
    const why = errorText(error)
    events.record(about, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${why}`)
    throw new Error(`Failed to create sandbox for pod ${JSON.stringify(describePod(pod))}: ${why}`, { cause: error })
  }
}
