import { notReadyTaint, unreachableTaint } from '../../api/core/node/taints.ts'
import type { Pod } from '../../api/index.ts'
import type { AdmissionPlugin } from '../contract.ts'
import { isAbout } from './refusal.ts'

const seconds = 300
const taints = [notReadyTaint, unreachableTaint]

/** Pods that say nothing else stay five minutes on a node that is not ready or can't be reached. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate(request) {
    if (!isAbout(request, '', 'pods') || (request.operation !== 'CREATE' && request.operation !== 'UPDATE')) return
    const { spec } = request.object as Pod
    const tolerations = spec.tolerations ?? []
    const missing = taints.filter(
      key =>
        !tolerations.some(
          toleration =>
            (!toleration.key || toleration.key === key) && (!toleration.effect || toleration.effect === 'NoExecute'),
        ),
    )
    if (missing.length === 0) return
    spec.tolerations = [
      ...tolerations,
      ...missing.map(key => ({
        key,
        operator: 'Exists' as const,
        effect: 'NoExecute' as const,
        tolerationSeconds: seconds,
      })),
    ]
  },
}
