import { Eviction } from '../../policy/eviction.ts'
import { resource } from '../../resource.ts'
import { Binding } from '../binding.ts'
import { ephemeralcontainers, podChanges, resize, statusOnly } from './changes.ts'
import { podColumns } from './columns.ts'
import { podDefaults } from './defaults.ts'
import { Pod } from './pod.ts'
import { podTerminal } from './readiness.ts'
import { podRules } from './rules/pod.ts'

export { Pod, PodList } from './pod.ts'

const any = ['create', 'delete', 'get', 'patch', 'update'] as const

/** Seconds a pod gets to end: as asked, else as its spec says; none when no kubelet has it, or it has ended already. */
function grace(pod: Pod, asked: number | undefined): number {
  if (!pod.spec.nodeName || podTerminal(pod)) return 0
  const seconds = asked ?? pod.spec.terminationGracePeriodSeconds ?? 0
  return seconds < 0 ? 1 : seconds
}

/** A set of containers that run together on one node. */
export const pods = resource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  returnsDeleted: true,
  short: ['po'],
  in: ['all'],
  namespaced: true,
  type: Pod,
  defaults: podDefaults,
  rules: podRules,
  changes: podChanges,
  columns: podColumns,
  grace,
  select: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status.phase ?? '',
    'status.podIP': ({ status }) => status.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': ({ status }) => status.nominatedNodeName ?? '',
  },
  subresources: {
    status: statusOnly,
    resize,
    ephemeralcontainers,
    attach: { form: 'action', verbs: ['create', 'get'], kind: 'PodAttachOptions' },
    binding: { form: 'action', verbs: ['create'], kind: 'Binding', type: Binding },
    eviction: {
      form: 'action',
      verbs: ['create'],
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
      type: Eviction,
    },
    exec: { form: 'action', verbs: ['create', 'get'], kind: 'PodExecOptions' },
    log: { form: 'action', verbs: ['get'], kind: 'Pod' },
    portforward: { form: 'action', verbs: ['create', 'get'], kind: 'PodPortForwardOptions' },
    proxy: { form: 'action', verbs: any, kind: 'PodProxyOptions' },
  },
})
