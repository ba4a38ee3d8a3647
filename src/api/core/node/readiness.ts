import { conditionOf } from '../pod/conditions.ts'
import type { Node } from './node.ts'

/** The Ready condition of a node; `Unknown` while it has none. */
export const readyStatus = (node: Node): 'True' | 'False' | 'Unknown' =>
  conditionOf(node.status.conditions, 'Ready')?.status ?? 'Unknown'

/** The kubelet of the node says that it can run pods. */
export const nodeReady = (node: Node): boolean => readyStatus(node) === 'True'

/** The first address of a kind, in the order of preference given. */
export function nodeAddress(node: Node, ...types: readonly string[]): string | undefined {
  for (const type of types) {
    const found = node.status.addresses?.find(address => address.type === type)
    if (found) return found.address
  }
  return undefined
}
