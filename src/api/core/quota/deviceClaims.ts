import { addQuantities } from '../../../schema/scalars/quantity.ts'
import type { ResourceClaim } from '../../resource/resourceClaim.ts'
import { countName } from './counts.ts'
import type { Evaluator } from './evaluator.ts'

const counted = countName('resource.k8s.io', 'resourceclaims')
const perClass = '.deviceclass.resource.k8s.io/devices'
/** As many devices as a claim can get at most. */
const most = 32

interface Wanted {
  readonly deviceClassName: string
  readonly allocationMode?: string
  readonly count?: number | string
}
const devices = ({ allocationMode, count = 0 }: Wanted): number =>
  allocationMode === 'All' ? most : allocationMode === 'ExactCount' ? Number(count) : 0

/** The most devices of each class that one request may lead to. */
function worstCase(wanted: readonly Wanted[]): ReadonlyMap<string, number> {
  const worst = new Map<string, number>()
  for (const each of wanted)
    worst.set(each.deviceClassName, Math.max(worst.get(each.deviceClassName) ?? 0, devices(each)))
  return worst
}

/** Claims for devices, and the devices of each class. */
export const deviceClaimEvaluator: Evaluator = {
  handles: ({ subresource }) => subresource === '',
  counts: name => name === counted || name.endsWith(perClass),
  usage(object) {
    const used: Record<string, string> = { [counted]: '1' }
    for (const { exactly, firstAvailable = [] } of (object as ResourceClaim).spec.devices?.requests ?? [])
      for (const [name, count] of worstCase(exactly ? [exactly as Wanted] : (firstAvailable as readonly Wanted[]))) {
        const place = `${name}${perClass}`
        used[place] = addQuantities(used[place] ?? '0', `${count}`)
      }
    return used
  },
}
