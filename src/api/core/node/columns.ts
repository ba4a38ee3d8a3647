import { ageColumn, nameColumn } from '../../meta/columns.ts'
import type { Column } from '../../resource.ts'
import { conditionOf } from '../pod/conditions.ts'
import type { Node } from './node.ts'
import { nodeAddress } from './readiness.ts'

const rolePrefix = 'node-role.kubernetes.io/'

/** Ready, NotReady or Unknown, and whether new pods are kept away. */
export function nodeStatusText({ spec, status }: Node): string {
  const ready = conditionOf(status.conditions, 'Ready')
  const word = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return spec.unschedulable ? `${word},SchedulingDisabled` : word
}

/** Roles of a node by its labels, sorted. */
export function nodeRoles({ metadata }: Node): string[] {
  const roles = new Set<string>()
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix)) roles.add(key.slice(rolePrefix.length))
    else if (key === 'kubernetes.io/role') roles.add(value)
  }
  roles.delete('')
  return [...roles].sort()
}

const text = (name: string, description: string, cell: Column<Node>['cell'], priority = 0): Column<Node> => ({
  name,
  type: 'string',
  description,
  ...(priority ? { priority } : {}),
  cell,
})

const unknown = '<unknown>'
const none = '<none>'

export const nodeColumns: readonly Column<Node>[] = [
  nameColumn,
  text('Status', 'Whether the node can run pods.', nodeStatusText),
  text('Roles', 'Roles of the node.', node => nodeRoles(node).join(',') || none),
  ageColumn,
  text('Version', 'Version of the kubelet.', node => node.status.nodeInfo.kubeletVersion),
  text('Internal-IP', 'Address inside the cluster.', node => nodeAddress(node, 'InternalIP') ?? none, 1),
  text('External-IP', 'Address outside the cluster.', node => nodeAddress(node, 'ExternalIP') ?? none, 1),
  text('OS-Image', "Name of the operating system's release.", node => node.status.nodeInfo.osImage || unknown, 1),
  text(
    'Kernel-Version',
    'Version of the kernel.',
    ({ status: { nodeInfo } }) =>
      `${nodeInfo.kernelVersion || unknown}${nodeInfo.architecture ? ` (${nodeInfo.architecture})` : ''}`,
    1,
  ),
  text(
    'Container-Runtime',
    'Runtime and its version.',
    node => node.status.nodeInfo.containerRuntimeVersion || unknown,
    1,
  ),
]
