import type { Resource } from '../api/index.ts'
import type { Catalog } from '../apiserver/catalog.ts'
import {
  createFairness,
  createInflightLimit,
  type Flow,
  flowMeter,
  flowObjects,
  listSizes,
  watcherCounts,
} from '../apiserver/flow/index.ts'
import type { Objects } from '../apiserver/store/objects.ts'
import type { Clock } from '../base/clock.ts'
import type { Metrics } from '../base/metrics.ts'

export interface FlowOptions {
  /** Most reading and mutating requests at once; their sum are the seats that priority levels share. */
  readonly readOnly: number
  readonly mutating: number
  /** Whether requests wait for seats by priority and fairness, or are refused above the limits. */
  readonly fair: boolean
}

export const defaultFlow: FlowOptions = { readOnly: 400, mutating: 200, fair: true }

/** Decides whose turn it is, as the options say. */
export function flowOf(
  { readOnly, mutating, fair }: FlowOptions,
  deps: {
    readonly clock: Clock
    readonly metrics: Metrics
    readonly resources: readonly Resource[]
    readonly objects: Objects
    readonly catalog: Catalog
  },
): Flow {
  if (!fair) return createInflightLimit({ readOnly, mutating })
  const { clock, metrics, objects, catalog } = deps
  return createFairness(
    {
      clock,
      meter: flowMeter(metrics),
      ...flowObjects(deps.resources, objects.reader),
      size: listSizes(catalog, objects),
      watchers: watcherCounts(catalog, objects),
    },
    readOnly + mutating,
  )
}
