import { conditionOf, withCondition } from '../core/pod/conditions.ts'
import type { APIService, APIServiceCondition } from './apiServiceType.ts'

/** What is said of whether a version can be asked for. */
export type Available = Pick<APIServiceCondition, 'status'> & { readonly reason: string; readonly message: string }

/** What holds of versions that this server has itself. */
export const locallyAvailable: Available = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
}

/** Whether requests for the version are handed over. */
export const isAvailable = ({ status }: APIService): boolean =>
  conditionOf(status.conditions, 'Available')?.status === 'True'

/** The object with this condition; itself where it says so already. */
export function withAvailable(service: APIService, available: Available, timestamp: string): APIService {
  const { conditions = [] } = service.status
  const next = withCondition(conditions as (APIServiceCondition & { lastTransitionTime: string })[], {
    type: 'Available',
    lastTransitionTime: timestamp,
    ...available,
  })
  return next === conditions ? service : { ...service, status: { ...service.status, conditions: [...next] } }
}
