import { resource } from '../../resource.ts'
import { statusView } from '../../views.ts'
import { nodeColumns } from './columns.ts'
import { Node } from './node.ts'
import { nodeRules, nodeStatusRules, nodeUpdateRules } from './rules.ts'

export { Node, NodeList } from './node.ts'

/** `podCIDR` is the first of `podCIDRs`; where they differ `podCIDR` counts, as old clients know only that. */
function defaults({ spec, status }: Node): void {
  const first = spec.podCIDRs?.[0]
  if (spec.podCIDR && spec.podCIDR !== first) spec.podCIDRs = [spec.podCIDR]
  else if (first && !spec.podCIDR) spec.podCIDR = first
  if (status.capacity && !status.allocatable) status.allocatable = { ...status.capacity }
}

function warnings({ spec }: Node): string[] {
  const texts: string[] = []
  if (spec.configSource) texts.push('spec.configSource: the feature is removed')
  if (spec.externalID) texts.push('spec.externalID: this field is deprecated, and is unused by Kubernetes')
  return texts
}

/** A machine that runs pods. Its status may be given at creation, too. */
export const nodes = resource<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  short: ['no'],
  namespaced: false,
  type: Node,
  defaults,
  rules: nodeRules,
  changes: {
    create(node) {
      delete node.spec.configSource
      delete node.status.config
    },
    update(node, old) {
      node.status = old.status
      if (!old.spec.configSource) delete node.spec.configSource
    },
    updateRules: nodeUpdateRules,
    warnings,
  },
  columns: nodeColumns,
  select: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
  generation: false,
  storagePrefix: 'minions',
  subresources: {
    status: statusView<Node>({ rules: nodeStatusRules, updateRules: nodeUpdateRules }),
    proxy: { form: 'action', verbs: ['create', 'delete', 'get', 'patch', 'update'], kind: 'NodeProxyOptions' },
  },
})
