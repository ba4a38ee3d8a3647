import type { RequestInfo } from './contract.ts'
import type { Served } from './verbs/scope.ts'

/** Finds the kind a path is about; `catalog.ts` is what does. */
export interface Routes {
  find(info: Pick<RequestInfo, 'group' | 'version' | 'resource'>): Served | undefined
  /** Whether something that is built in is in a group. */
  hasGroup(group: string): boolean
}
