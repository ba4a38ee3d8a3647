import { ipAddresses, type ServiceCIDR, serviceCIDRs } from '../../api/index.ts'
import { is } from '../../api/meta/statusError.ts'
import { isOfAllocator, overlapping, withAddress } from '../../api/networking/serviceRanges.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'
import { finalizer, type Plan, plan, type Readiness } from './plan.ts'

const name = 'service-cidr-controller'
const nameOf = ({ metadata }: ServiceCIDR) => metadata.name ?? ''

function create({ client, informers, events, clock }: ControllerContext): Controller {
  const ranges = informers.of(serviceCIDRs)
  const addresses = informers.of(ipAddresses)
  const own = client.of(serviceCIDRs)
  const ending = () => ranges.cache.list().filter(({ metadata }) => metadata.deletionTimestamp !== undefined)

  const hold = async (range: string, change: Plan['finalizer']) => {
    const finalizers = [finalizer]
    const metadata = change === 'add' ? { finalizers } : { '$deleteFromPrimitiveList/finalizers': finalizers }
    try {
      await own.patch(range, 'strategic', { metadata })
    } catch (error) {
      if (!is(error, 'NotFound')) throw error
    }
  }
  const tell = async (range: ServiceCIDR, { status, reason, message }: Readiness) => {
    const lastTransitionTime = formatTime(clock.now())
    const condition = { type: 'Ready', status, reason, message, lastTransitionTime }
    const { apiVersion, kind } = serviceCIDRs
    const patch = { apiVersion, kind, metadata: { name: nameOf(range) }, status: { conditions: [condition] } }
    try {
      await own.patch(nameOf(range), 'apply', patch, { subresource: 'status', fieldManager: name, force: true })
    } catch (error) {
      if (is(error, 'NotFound')) return
      if (status === 'True')
        events.record(
          range,
          'Warning',
          'KubernetesServiceCIDRError',
          'The ServiceCIDR Status can not be set to Ready=True',
        )
      throw error
    }
  }
  return {
    name,
    workers: 5,
    watches: [
      watching(ranges, ({ type, object }) => [
        nameOf(object),
        // One that comes or goes may free others that are to go, or hold them.
        ...(type === 'changed' ? [] : overlapping(ending(), object).map(nameOf)),
      ]),
      // Addresses matter to ranges that are to go.
      watching(addresses, ({ type, object }) =>
        type === 'changed' || !isOfAllocator(object)
          ? []
          : withAddress(ending(), object.metadata.name ?? '').map(nameOf),
      ),
    ],
    async reconcile(key) {
      const range = ranges.cache.get(key)
      if (!range) return undefined
      const wanted = plan(range, ranges.cache.list(), () => addresses.cache.list(), clock.now())
      if (wanted.finalizer) await hold(key, wanted.finalizer)
      if (wanted.ready) await tell(range, wanted.ready)
      return wanted.again === undefined ? undefined : { again: wanted.again }
    },
  }
}

/** Says of ranges of service addresses that they are ready, and keeps those that are deleted while they are needed. */
export const servicecidrs: ControllerModule = {
  name,
  account: 'service-cidrs-controller',
  create,
}
