import { notReadyTaint, sameTaint } from '../../api/core/node/taints.ts'
import type { Node, Taint } from '../../api/index.ts'
import type { AdmissionPlugin } from '../contract.ts'
import { isAbout } from './refusal.ts'

const notReady: Taint = { key: notReadyTaint, effect: 'NoSchedule' }

/** A new node takes no pods until the node controller has seen that it is ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  mutate(request) {
    if (!isAbout(request, '', 'nodes') || request.operation !== 'CREATE') return
    const { spec } = request.object as Node
    const taints = spec.taints ?? []
    if (!taints.some(taint => sameTaint(taint, notReady))) spec.taints = [...taints, { ...notReady }]
  },
}
