import { trackingName } from '../../api/core/legacyTokens.ts'
import { configMaps } from '../../api/index.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Clock } from '../../base/clock.ts'
import type { Client } from '../../client/client.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { Informers } from '../../client/informer.ts'
import { type BootstrapDeps, ensure } from './ensure.ts'

const namespace = 'kube-system'
/** Milliseconds from one making of it to the next: servers that do not track tokens may delete it. */
const betweenCreations = 30 * 60_000

const sinceToday = (now: number) => ({ since: new Date(now).toISOString().slice(0, 10) })

/** Makes the ConfigMap that the controller keeps from then on. */
export const ensureTokenTracking = (deps: BootstrapDeps, clock: Clock): Promise<void> =>
  ensure(deps, configMaps, { metadata: { name: trackingName, namespace }, data: sinceToday(clock.now()) })

/** Keeps the ConfigMap that says since when the use of tokens in Secrets is noted (`legacytokentracking.Controller`). */
export function tokenTrackingController(deps: {
  readonly client: Client
  readonly informers: Informers
  readonly clock: Clock
}): Controller {
  const { client, clock } = deps
  const informer = deps.informers.of(configMaps, { namespace, fieldSelector: `metadata.name=${trackingName}` })
  const own = client.of(configMaps)
  let created: number | undefined
  return {
    name: 'legacy_token_tracking_controller',
    workers: 1,
    watches: [
      watching(informer, () => [trackingName]),
      // There is something to do when there is nothing.
      {
        informer,
        begin(queue) {
          queue.add(trackingName)
          return () => {}
        },
      },
    ],
    async reconcile() {
      const now = clock.now()
      const data = sinceToday(now)
      const found = informer.cache.get(`${namespace}/${trackingName}`)
      try {
        if (!found) {
          const wait = created === undefined ? 0 : created + betweenCreations - now
          if (wait > 0) return { again: wait }
          await own.create({ metadata: { name: trackingName, namespace }, data })
          created = now
        } else if (!isDay(found.data?.since)) {
          await own.update({ ...found, data: { ...found.data, ...data } })
        }
      } catch (error) {
        if (!is(error, 'AlreadyExists') && !is(error, 'NotFound') && !is(error, 'Conflict')) throw error
      }
      return undefined
    },
  }
}

const isDay = (text = ''): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
