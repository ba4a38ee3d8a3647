import { type Clock, sleep } from '../../base/clock.ts'
import type { Runtime } from '../cri/runtime.ts'
import type { Container, LifecycleHandler, Pod } from '../pod.ts'
import { httpGet } from '../probes/http.ts'
import { portNumber } from '../probes/port.ts'

export interface HookDeps {
  readonly runtime: Runtime
  readonly clock: Clock
}

export interface HookTarget {
  readonly pod: Pod
  readonly container: Container
  readonly containerId: string
  readonly podIP: string
}

const hookTimeout = 30_000

/** Runs a postStart or preStop hook to its end. Throws when it failed; the message may hold output of the container. */
export async function runHook(
  handler: LifecycleHandler,
  target: HookTarget,
  { runtime, clock }: HookDeps,
  signal?: AbortSignal,
): Promise<void> {
  const { exec, httpGet: http, sleep: pause } = handler
  if (exec) {
    const { exitCode, stdout, stderr } = await runtime.execSync(
      target.containerId,
      exec.command ?? [],
      0,
      signal ? { signal } : {},
    )
    if (exitCode !== 0) {
      const output = Buffer.concat([stdout, stderr]).toString()
      throw new Error(`command '${(exec.command ?? []).join(' ')}' exited with ${exitCode}: ${output}`)
    }
  } else if (http) {
    const port = portNumber(http.port, target.container)
    // Any answer will do; only no answer is a failure.
    await httpGet({ ...http, host: http.host || target.podIP, port }, 'kube-lifecycle', hookTimeout, clock)
  } else if (pause) {
    await sleep(clock, pause.seconds * 1000, signal)
  } else {
    throw new Error(`lifecycle hook of container ${target.container.name} has no handler that this node knows`)
  }
}
