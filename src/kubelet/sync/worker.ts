import { pods } from '../../api/core/pod/resource.ts'
import { is } from '../../api/meta/statusError.ts'
import { backoffDelay } from '../../base/backoff.ts'
import type { Timer } from '../../base/clock.ts'
import { referenceTo } from '../../client/events.ts'
import { errorText } from '../cri/grpc.ts'
import { describePod, type Pod, type PodStatus, podKey } from '../pod.ts'
import type { MountedVolumes } from '../volumes/mount.ts'
import { graceOf, killAll, killContainer } from './kill.ts'
import type { Kit } from './kit.ts'
import { createLook, type Look } from './look.ts'
import { currentSandbox, type Plan, planPod, type Start } from './plan.ts'
import { reportPod } from './report.ts'
import { replaceSandbox } from './sandbox.ts'
import { createStarter, type Outcome, type Starter } from './starter.ts'
import { isAlive, type PodState, type SandboxRecord } from './state.ts'
import { reclaim, removeLeftovers, removePod } from './tidy.ts'

/** Why the kubelet ends a pod that nobody asked to be deleted. */
export interface Verdict {
  readonly reason: string
  readonly message: string
  /** Seconds to end gracefully in; the pod's own when absent. */
  readonly graceSeconds?: number
}

const retry = { baseMilliseconds: 500, capMilliseconds: 10_000 }
const mountRetry = { baseMilliseconds: 500, capMilliseconds: 122_000 }

/**
 * Keeps one pod as its description says, from the first sandbox to the last file: looks at the runtime, plans, carries
 * out, reports; one round at a time, for ever the newest description. Ends when the API has forgotten the pod and
 * nothing is left of it, or at the signal, which leaves the containers running for the next kubelet.
 */
export class PodWorker {
  readonly uid: string
  /** Resolves when the worker has ended. Never rejects. */
  readonly done: Promise<void>
  private readonly kit: Kit
  private readonly stopped: AbortSignal
  private pod: Pod
  private readonly look: Look
  private readonly starter: Starter
  /** The API has no such pod any more. */
  private forgotten: boolean
  private verdict: Verdict | undefined
  private phase: 'running' | 'ending' | 'ended' = 'running'
  private round = new AbortController()
  private woken = true
  private waker: (() => void) | undefined
  private timer: Timer | undefined
  private failures = 0
  private mountFailures = 0
  private cgroupMade = false
  private mounted: MountedVolumes | undefined
  private endGrace = Number.POSITIVE_INFINITY

  /** `forgotten`: the pod was found in the runtime alone and is only to be ended. */
  constructor(kit: Kit, pod: Pod, forgotten = false) {
    const { signal } = kit
    this.kit = kit
    this.stopped = signal
    this.pod = pod
    this.uid = pod.metadata.uid ?? ''
    this.forgotten = forgotten
    this.look = createLook(kit, this.uid)
    this.starter = createStarter(kit)
    signal.addEventListener('abort', this.stop, { once: true })
    this.done = this.run().finally(() => {
      this.timer?.cancel()
      signal.removeEventListener('abort', this.stop)
    })
  }

  /** The newest description. */
  get description(): Pod {
    return this.pod
  }

  /** What the runtime held when last looked at. */
  get runtimeState(): PodState {
    return this.look.state
  }

  /** The status told last. */
  get reported(): PodStatus {
    return this.kit.statuses.last(this.uid) ?? this.pod.status
  }

  /** Calls back whenever the runtime was looked at; returns how to stop. */
  onState(changed: () => void): () => void {
    return this.look.onState(changed)
  }

  /** Whether the pod still counts on this node: it runs or is being ended. */
  get active(): boolean {
    return this.phase !== 'ended'
  }

  /** Whether its containers are being ended. */
  get ending(): boolean {
    return this.phase === 'ending'
  }

  update(pod: Pod): void {
    this.pod = pod
    if (this.mustEnd()) {
      this.round.abort()
      if (this.phase === 'ending') this.hurry()
    }
    this.wake()
  }

  /** The API has forgotten the pod. */
  forget(): void {
    this.forgotten = true
    this.round.abort()
    this.wake()
  }

  /** Ends the pod as failed. */
  end(verdict: Verdict): void {
    if (this.phase !== 'running') return
    this.verdict ??= verdict
    this.round.abort()
    this.wake()
  }

  /** A container of this pod was said to have ended. */
  containerEnded(id: string): void {
    this.look.ended(id)
    this.wake()
  }

  /** An object that the pod names has changed: what failed for its sake may go well now. */
  referenceChanged(): void {
    this.starter.forgive()
    this.wake()
  }

  /** Something the pod depends on may have changed. */
  wake(): void {
    this.woken = true
    this.waker?.()
  }

  private readonly stop = () => {
    this.round.abort()
    this.wake()
  }

  private async run(): Promise<void> {
    while (!this.stopped.aborted) {
      if (!this.woken) await new Promise<void>(resolve => (this.waker = resolve))
      this.waker = undefined
      this.woken = false
      if (this.stopped.aborted) return
      try {
        if (await this.step()) return
        this.failures = 0
      } catch (error) {
        if (this.stopped.aborted) return
        if (this.round.signal.aborted) {
          // The round was cut short because the pod is to end; that is done next.
          this.woken = true
          continue
        }
        const delay = backoffDelay(retry, this.failures++)
        this.kit.log.warn('a pod could not be synced; trying again', { pod: podKey(this.pod), delay, error })
        this.again(this.kit.clock.now() + delay)
      }
    }
  }

  /** One round. True when there will be no other. */
  private async step(): Promise<boolean> {
    this.timer?.cancel()
    this.timer = undefined
    this.round = new AbortController()
    await this.inspect()
    this.checkDeadline()
    if (this.phase === 'running' && !this.mustEnd()) await this.sync()
    else await this.finish()
    if (this.phase !== 'ended' || !this.forgotten) return false
    await removePod(this.pod, this.state, this.kit)
    return true
  }

  private mustEnd(): boolean {
    const { metadata, status } = this.pod
    const terminal = status.phase === 'Succeeded' || status.phase === 'Failed'
    return this.forgotten || this.verdict !== undefined || metadata.deletionTimestamp !== undefined || terminal
  }

  /** Wakes the worker at a time, or sooner if it is to be woken sooner. */
  private again(at: number | undefined): void {
    if (at === undefined) return
    const due = Math.max(at, this.kit.clock.now())
    const before = this.timer
    const timer = this.kit.clock.after(due - this.kit.clock.now(), () => this.wake())
    // Several times may be wanted in one round: all of them are kept by chaining.
    this.timer = before ? both(before, timer) : timer
  }

  private get state(): PodState {
    return this.look.state
  }

  private async inspect(): Promise<void> {
    this.again(await this.look.again())
    if (this.phase === 'running') this.kit.probes.follow(this.pod, this.state, this.podIPs()[0] ?? '')
  }

  private podIPs(): readonly string[] {
    if (this.pod.spec.hostNetwork) return this.kit.hostIPs()
    const own = this.state.sandboxes[0]?.ips ?? []
    return own.length > 0 ? own : (this.pod.status.podIPs ?? []).map(({ ip }) => ip)
  }

  /** Tells the API server how the pod is. */
  private report(over = this.phase !== 'running', final = false): void {
    if (this.forgotten) return
    reportPod(
      {
        pod: this.pod,
        state: this.state,
        adopted: this.look.adopted,
        waiting: this.starter.waiting,
        over,
        final,
        verdict: this.verdict,
      },
      this.kit,
    )
  }

  private checkDeadline(): void {
    const seconds = this.pod.spec.activeDeadlineSeconds
    const startTime = (this.kit.statuses.last(this.uid) ?? this.pod.status).startTime
    if (seconds === undefined || !startTime || this.phase !== 'running' || this.mustEnd()) return
    const due = Date.parse(startTime) + seconds * 1000
    if (this.kit.clock.now() < due) {
      this.again(due)
      return
    }
    const message = 'Pod was active on the node longer than the specified deadline'
    this.kit.events.record(referenceTo(this.pod), 'Normal', 'DeadlineExceeded', message)
    this.verdict = { reason: 'DeadlineExceeded', message }
  }

  /** Brings the pod one step on, as its plan says. */
  private async sync(): Promise<void> {
    this.report()
    const first = this.plan()
    if (first.end) {
      this.phase = 'ending'
      return this.finish()
    }
    const volumes = await this.mountVolumes()
    if (!volumes) return
    this.again(volumes.refreshAt)
    if (!this.cgroupMade) {
      await this.kit.cgroups.create(this.pod)
      this.cgroupMade = true
    }
    const sandbox = first.sandbox ? await this.makeSandbox(first.sandbox) : currentSandbox(this.pod, this.state)
    if (sandbox) await this.carryOut(first, sandbox, volumes)
  }

  private plan(): Plan {
    return planPod({
      pod: this.pod,
      state: this.state,
      now: this.kit.clock.now(),
      health: id => this.kit.probes.health(id),
      crashes: this.starter.crashes,
    })
  }

  private async mountVolumes(): Promise<MountedVolumes | undefined> {
    try {
      this.mounted = await this.kit.volumes.mount(this.pod)
      this.mountFailures = 0
    } catch (error) {
      const reasons = error instanceof AggregateError ? error.errors : [error]
      for (const reason of reasons) {
        this.kit.events.record(referenceTo(this.pod), 'Warning', 'FailedMount', errorText(reason))
      }
      this.again(this.kit.clock.now() + backoffDelay(mountRetry, this.mountFailures++))
    }
    // Volumes that can't be brought up to date are still there as they were.
    return this.mounted
  }

  private async makeSandbox(wanted: NonNullable<Plan['sandbox']>): Promise<SandboxRecord> {
    await replaceSandbox(this.pod, this.state, wanted, this.podIPs()[0] ?? '', this.kit)
    await this.inspect()
    this.report()
    const made = currentSandbox(this.pod, this.state)
    if (!made) throw new Error(`the sandbox of pod ${describePod(this.pod)} is not ready or has no address`)
    return made
  }

  private async carryOut(plan: Plan, sandbox: SandboxRecord, volumes: MountedVolumes): Promise<void> {
    const podIP = this.podIPs()[0] ?? ''
    await Promise.all(
      plan.kill.map(({ record, container, reason, message }) => {
        const graceSeconds = graceOf(this.pod, container, reason)
        return killContainer({ pod: this.pod, record, container, message, graceSeconds, podIP }, this.kit)
      }),
    )
    if (plan.kill.length > 0) {
      await this.inspect()
      this.report()
      // Whether and when they run again is for the next round, which knows how they ended.
      return this.wake()
    }
    let started = false
    for (const start of plan.start) {
      this.round.signal.throwIfAborted()
      if (start.until !== undefined) {
        this.starter.holdBack(this.pod, start)
        continue
      }
      const outcome = await this.start(start, sandbox, volumes)
      if (outcome.result === 'started') started = true
      else this.again(outcome.until)
      if (outcome.result !== 'started' && start.init) break
    }
    this.again(plan.recheckAt)
    this.report()
    if (!started) return
    await removeLeftovers(this.state, this.kit)
    // A container that started may let the next one begin.
    this.wake()
  }

  private async start({ container }: Start, sandbox: SandboxRecord, volumes: MountedVolumes): Promise<Outcome> {
    const outcome = await this.starter.start({
      pod: this.pod,
      container,
      sandbox,
      state: this.state,
      volumes: volumes.byName,
      podIPs: this.podIPs(),
      signal: this.round.signal,
    })
    if (outcome.result !== 'held') {
      await this.inspect()
      this.report()
    }
    return outcome
  }

  /** Ends the pod: its containers, its sandboxes, what it holds of the node, and last the API object. */
  private async finish(): Promise<void> {
    if (this.phase !== 'ended') {
      this.phase = 'ending'
      await this.endContainers()
      // Whoever sees the final status may count on the rest being given back soon, not before.
      await reclaim(this.pod, this.kit)
      this.phase = 'ended'
    }
    await this.kit.statuses.written(this.uid)
    const { deletionTimestamp, name = '', namespace = '' } = this.pod.metadata
    if (!deletionTimestamp || this.forgotten) return
    const options = { namespace, gracePeriodSeconds: 0, preconditions: { uid: this.uid } }
    try {
      await this.kit.client.of(pods).delete(name, options)
    } catch (error) {
      // Gone already, or another pod has the name.
      if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
    }
  }

  private async endContainers(): Promise<void> {
    const { probes, runtime } = this.kit
    probes.ending(this.uid)
    this.report()
    this.endGrace = this.graceSeconds()
    await killAll(this.pod, this.state, this.endGrace, this.podIPs()[0] ?? '', this.kit)
    for (const { id, ready } of this.state.sandboxes) if (ready) await runtime.stopSandbox(id)
    await this.inspect()
    if (this.state.containers.some(isAlive)) throw new Error(`containers of pod ${describePod(this.pod)} still run`)
    probes.stop(this.uid)
    this.starter.clear()
    this.report(true, true)
  }

  private graceSeconds(): number {
    const { deletionGracePeriodSeconds } = this.pod.metadata
    return Math.max(
      this.verdict?.graceSeconds ?? deletionGracePeriodSeconds ?? this.pod.spec.terminationGracePeriodSeconds ?? 30,
      1,
    )
  }

  /** The time to end in was made shorter while the containers are being ended. */
  private hurry(): void {
    const grace = this.graceSeconds()
    if (grace >= this.endGrace) return
    this.endGrace = grace
    for (const record of this.state.containers.filter(isAlive)) {
      this.kit.runtime.stopContainer(record.id, grace).catch(error => {
        this.kit.log.warn('a container could not be ended sooner', { container: record.name, error })
      })
    }
  }
}

const both = (a: Timer, b: Timer): Timer => ({
  cancel() {
    a.cancel()
    b.cancel()
  },
})
