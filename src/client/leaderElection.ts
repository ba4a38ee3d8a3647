import { type Lease, leases } from '../api/coordination/lease.ts'
import { is } from '../api/meta/statusError.ts'
import { type Clock, sleep } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import { linkedSignal } from '../base/signals.ts'
import { formatMicroTime } from '../schema/scalars/time.ts'
import type { Client } from './client.ts'
import type { EventRecorder } from './events.ts'

export interface ElectionDeps {
  readonly client: Client
  readonly clock: Clock
  readonly log: Logger
  readonly random: Random
  /** Ends candidature and leadership. */
  readonly signal: AbortSignal
  /** Told of who begins and ceases to lead. */
  readonly events?: EventRecorder
}

export interface ElectionOptions {
  /** The Lease that is contended for: `kube-scheduler` in `kube-system`. */
  readonly name: string
  readonly namespace: string
  /** This candidate, unlike any other. */
  readonly identity: string
  /** Milliseconds that others wait after the last renewal they saw before they take over; 15,000 when absent. */
  readonly leaseDuration?: number
  /** Milliseconds that a leader tries to renew before it gives up; 10,000 when absent. Less than `leaseDuration`. */
  readonly renewDeadline?: number
  /** Milliseconds between tries; 2,000 when absent. */
  readonly retryPeriod?: number
}

/** Candidates wait a little longer, each by chance, so that they do not all come at once. */
const jitter = 1.2

/**
 * Does something while it is the leader, of all that contend for one Lease: the protocol of
 * `k8s.io/client-go/tools/leaderelection`, so that upstream's components contend for the same. `lead` gets a signal that
 * aborts when leadership is lost, before another can have it, and must resolve once it is idle; then this one is a
 * candidate again. Whose clock is right does not matter: a lease is over when it was not seen to change for its
 * duration. Resolves when the signal aborted and nothing is under way; the lease is let go then.
 */
export async function runElected(
  deps: ElectionDeps,
  options: ElectionOptions,
  lead: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { clock, log, random, signal } = deps
  const { name, identity, renewDeadline = 10_000, retryPeriod = 2000 } = options
  const candidate = createCandidate(deps, options)
  while (!signal.aborted) {
    if (!(await candidate.tryLead())) {
      await sleep(clock, retryPeriod * (1 + random() * jitter), signal)
      continue
    }
    log.info('leads', { lease: name, identity })
    deps.events?.record(candidate.reference(), 'Normal', 'LeaderElection', `${identity} became leader`)
    const term = linkedSignal(signal)
    const leading = lead(term.signal).finally(() => term.abort())
    let renewed = clock.now()
    while (await sleep(clock, retryPeriod, term.signal)) {
      if (await candidate.tryLead(renewed + renewDeadline)) renewed = clock.now()
      else if (candidate.lost() || clock.now() - renewed >= renewDeadline) {
        log.warn('leads no longer: the lease could not be renewed', { lease: name, identity })
        deps.events?.record(candidate.reference(), 'Normal', 'LeaderElection', `${identity} stopped leading`)
        term.abort()
      }
    }
    await leading
    if (!candidate.lost()) await candidate.release()
  }
}

function createCandidate(
  { client, clock, log }: ElectionDeps,
  { name, namespace, identity, leaseDuration = 15_000 }: ElectionOptions,
) {
  const requests = client.of(leases)
  const mine = (lease: Lease | undefined) => lease?.spec.holderIdentity === identity
  let known: Lease | undefined
  /** When the lease was last seen to change, by this machine's clock. */
  let changedAt = 0
  const learn = (lease: Lease) => {
    if (known?.metadata.resourceVersion !== lease.metadata.resourceVersion) changedAt = clock.now()
    known = lease
  }
  const spec = (before: Lease | undefined): Lease['spec'] => {
    const now = formatMicroTime(clock.now())
    const transitions = before?.spec.leaseTransitions ?? 0
    return {
      ...before?.spec,
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseDuration / 1000),
      renewTime: now,
      acquireTime: mine(before) ? (before?.spec.acquireTime ?? now) : now,
      leaseTransitions: before && !mine(before) ? transitions + 1 : transitions,
    }
  }
  const contend = async (): Promise<boolean> => {
    // A leader knows the lease as it is: nobody else should have written it.
    if (!mine(known)) {
      try {
        learn(await requests.get(name, { namespace }))
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
        learn(await requests.create({ metadata: { name, namespace }, spec: spec(undefined) }))
        return true
      }
      const holder = known?.spec.holderIdentity
      const lasts = (known?.spec.leaseDurationSeconds ?? 0) * 1000
      if (holder && holder !== identity && changedAt + lasts > clock.now()) return false
    }
    const before = known as Lease
    learn(await requests.update({ ...before, spec: spec(before) }))
    return true
  }
  const within = async <T>(work: Promise<T>, deadline: number): Promise<T> => {
    const over = linkedSignal()
    const late = sleep(clock, deadline - clock.now(), over.signal).then(passed => {
      if (passed) throw new Error(`the lease ${name} could not be renewed in time`)
      return work
    })
    try {
      return await Promise.race([work, late])
    } finally {
      over.abort()
    }
  }
  return {
    /** Whether this candidate leads after having tried to. Never throws: what goes wrong is logged, and tried again. */
    async tryLead(deadline?: number): Promise<boolean> {
      try {
        return await (deadline === undefined ? contend() : within(contend(), deadline))
      } catch (error) {
        if (is(error, 'Conflict') || is(error, 'AlreadyExists')) {
          // Somebody else wrote it: look again.
          try {
            learn(await requests.get(name, { namespace }))
          } catch (cause) {
            log.debug('the lease could not be read', { lease: name, error: cause })
          }
        } else log.debug('the lease could not be had', { lease: name, error })
        return false
      }
    },
    /** Whether somebody else holds the lease. */
    lost: () => !mine(known),
    reference: () => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }),
    /** Lets go of the lease, so that nobody need wait for it to run out. */
    async release(): Promise<void> {
      if (!known) return
      const now = formatMicroTime(clock.now())
      try {
        const { leaseTransitions = 0 } = known.spec
        await requests.update({
          ...known,
          spec: { holderIdentity: '', leaseDurationSeconds: 1, renewTime: now, acquireTime: now, leaseTransitions },
        })
      } catch (error) {
        log.debug('the lease could not be let go; it runs out by itself', { lease: name, error })
      }
      known = undefined
    },
  }
}
