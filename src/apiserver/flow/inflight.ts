import { isLongRunning, mutates } from '../metrics/requests.ts'
import { tooMany } from './fairness.ts'
import type { Flow } from './flow.ts'

/** The simple way: at most so many requests at once, reading and mutating; what is above is refused. 0: any number. */
export function createInflightLimit(limits: { readonly readOnly: number; readonly mutating: number }): Flow {
  const counts = { readOnly: 0, mutating: 0 }
  return {
    enter(_request, info, user) {
      if (isLongRunning(info) || user.groups.includes('system:masters')) return undefined
      const kind = mutates(info) ? 'mutating' : 'readOnly'
      if (limits[kind] > 0 && counts[kind] >= limits[kind]) return Promise.reject(tooMany())
      counts[kind]++
      let over = false
      return () => {
        if (!over) counts[kind]--
        over = true
      }
    },
  }
}
