import { type ServiceCIDR, serviceCIDRs } from '../../api/index.ts'
import { is } from '../../api/meta/statusError.ts'
import { defaultServiceCIDR } from '../../api/networking/serviceRanges.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { EventRecorder } from '../../client/events.ts'
import type { Informers } from '../../client/informer.ts'
import { equal } from '../../schema/derive/equal.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { BootstrapDeps } from './ensure.ts'

export const serviceRangeController = 'kubernetes-service-cidr-controller'

export interface ServiceRangeDeps extends BootstrapDeps {
  readonly events: EventRecorder
  readonly clock: Clock
  readonly log: Logger
}

/** The ServiceCIDR of the server's own flags. */
export interface ServiceRange {
  /** Makes it where it is missing, and says that it is ready. What is stored already is not changed to what flags say. */
  ensure(): Promise<void>
  /** Does so whenever it changes. */
  controller(informers: Informers): Controller
}

const trouble = 'KubernetesDefaultServiceCIDRError'

/**
 * Keeps the ServiceCIDR `kubernetes`. One that has other ranges than the flags is left as it is, and told of once; only a
 * second family is added. Upstream's `defaultservicecidr.Controller`.
 */
export function serviceRange(deps: ServiceRangeDeps, cidrs: readonly string[]): ServiceRange {
  const { client, objects, events, clock, log } = deps
  const own = client.of(serviceCIDRs)
  const told = { mismatch: false, notReady: false }
  const list = (texts: readonly string[]) => `[${texts.join(' ')}]`

  const create = async (): Promise<ServiceCIDR | undefined> => {
    const wanted = { metadata: { name: defaultServiceCIDR }, spec: { cidrs: [...cidrs] } }
    try {
      return await own.create(wanted)
    } catch (error) {
      if (is(error, 'AlreadyExists')) return undefined
      throw new Error('The default ServiceCIDR can not be created', { cause: error })
    }
  }
  const addFamily = async (found: ServiceCIDR) => {
    try {
      await own.update({ ...found, spec: { cidrs: [...cidrs] } })
    } catch (error) {
      const words = `The default ServiceCIDR can not be upgraded from ${cidrs[0]} to dual stack ${list(cidrs)} : ${(error as Error).message}`
      events.record(found, 'Warning', trouble, words)
    }
  }
  const sayReady = async (found: ServiceCIDR) => {
    const ready = {
      type: 'Ready',
      status: 'True',
      message: 'Kubernetes default Service CIDR is ready',
      lastTransitionTime: formatTime(clock.now()),
    }
    const { apiVersion, kind } = serviceCIDRs
    const patch = { apiVersion, kind, metadata: { name: defaultServiceCIDR }, status: { conditions: [ready] } }
    const options = { subresource: 'status', fieldManager: serviceRangeController, force: true }
    try {
      await own.patch(defaultServiceCIDR, 'apply', patch, options)
    } catch (error) {
      log.warn('the default ServiceCIDR could not be said to be ready', { error })
      events.record(found, 'Warning', trouble, 'The default ServiceCIDR Status can not be set to Ready=True')
    }
  }
  const syncStatus = async (found: ServiceCIDR): Promise<void> => {
    if (found.metadata.deletionTimestamp !== undefined) return
    const stored = found.spec.cidrs ?? []
    const ready = found.status.conditions?.find(({ type }) => type === 'Ready')
    if (!equal(stored, cidrs)) {
      if (told.mismatch) return
      told.mismatch = true
      const words = `The default ServiceCIDR ${list(stored)} does not match the controller flag configurations ${list(cidrs)}`
      log.warn(words)
      events.record(found, 'Warning', 'KubernetesDefaultServiceCIDRInconsistent', words)
    } else if (ready?.status === 'False') {
      if (told.notReady) return
      told.notReady = true
      events.record(found, 'Warning', ready.reason, `Configuration matches, but ${ready.message}`)
    } else if (ready?.status !== 'True') await sayReady(found)
  }
  const ensure = async () => {
    const found = objects.get(serviceCIDRs, undefined, defaultServiceCIDR) ?? (await create())
    if (!found) return
    const stored = found.spec.cidrs ?? []
    if (cidrs.length === 2 && stored.length === 1 && stored[0] === cidrs[0]) await addFamily(found)
    else await syncStatus(found)
  }
  return {
    ensure,
    controller(informers) {
      const informer = informers.of(serviceCIDRs, { fieldSelector: `metadata.name=${defaultServiceCIDR}` })
      return {
        name: serviceRangeController,
        workers: 1,
        watches: [watching(informer, () => [defaultServiceCIDR])],
        reconcile: () => ensure().then(() => undefined),
      }
    },
  }
}
