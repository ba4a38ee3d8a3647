import { jobs } from '../../api/batch/job.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext, ControllerModule } from '../controller.ts'
import { timeLeft } from './plan.ts'

/** Deletes jobs that ended, with their pods, once their time is over: `k8s.io/kubernetes/pkg/controller/ttlafterfinished`. */
function create({ client, informers, clock }: ControllerContext): Controller {
  const informer = informers.of(jobs)
  return {
    name: 'ttl-after-finished',
    workers: 1,
    watches: [
      watching(informer, ({ type, object }) =>
        type !== 'removed' && timeLeft(object, clock.now()) !== undefined ? [keyOf(object)] : [],
      ),
    ],
    async reconcile(key) {
      const cached = informer.cache.get(key)
      const wait = cached && timeLeft(cached, clock.now())
      if (wait === undefined) return undefined
      if (wait > 0) return { again: wait }
      const { name = '', namespace = '' } = cached?.metadata ?? {}
      try {
        // The time may have been made longer: the cache alone is not trusted.
        const fresh = await client.of(jobs).get(name, { namespace })
        const left = timeLeft(fresh, clock.now())
        if (left === undefined) return undefined
        if (left > 0) return { again: left }
        const preconditions = { uid: fresh.metadata.uid ?? '' }
        await client.of(jobs).delete(name, { namespace, propagationPolicy: 'Foreground', preconditions })
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
      }
      return undefined
    },
  }
}

/** Jobs whose time is over. */
export const ttlafterfinished: ControllerModule = {
  name: 'ttl-after-finished-controller',
  account: 'ttl-after-finished-controller',
  create,
}
