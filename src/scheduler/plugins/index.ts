import type { SchedulerPlugin } from '../plugin.ts'
import { imageLocality } from './imageLocality.ts'
import { interPodAffinity } from './interPodAffinity.ts'
import { nodeAffinity } from './nodeAffinity.ts'
import { nodeName } from './nodeName.ts'
import { nodePorts } from './nodePorts.ts'
import { nodeResourcesBalanced } from './nodeResourcesBalanced.ts'
import { nodeResourcesFit } from './nodeResourcesFit.ts'
import { nodeUnschedulable } from './nodeUnschedulable.ts'
import { podTopologySpread } from './podTopologySpread.ts'
import { schedulingGates } from './schedulingGates.ts'
import { taintToleration } from './taintToleration.ts'

/** Every plugin, in the order in which they are asked: cheap and final ones first. */
export const plugins: readonly SchedulerPlugin[] = [
  schedulingGates,
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  podTopologySpread,
  interPodAffinity,
  nodeResourcesBalanced,
  imageLocality,
]
