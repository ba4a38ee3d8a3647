import type { Path } from '../../../schema/types.ts'
import type { NodeSelector } from './nodeSelector.ts'

/** Labels of nodes from the time of beta, and what they are called since. */
export const betaLabels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
}

const others: Readonly<Record<string, string>> = {
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
}

/** Upstream's words about a label that should no longer be used. */
export function deprecatedLabel(key: string): string | undefined {
  if (!Object.hasOwn(betaLabels, key)) return Object.hasOwn(others, key) ? others[key] : undefined
  const old = key === 'beta.kubernetes.io/arch' || key === 'beta.kubernetes.io/os'
  return `deprecated since v1.${old ? 14 : 17}; use "${betaLabels[key]}" instead`
}

/** Warnings of labels in a selector of nodes. `path` is that of the terms. */
export const nodeSelectorWarnings = ({ nodeSelectorTerms }: NodeSelector, path: Path): string[] =>
  nodeSelectorTerms.flatMap(({ matchExpressions = [] }, i) =>
    matchExpressions.flatMap(({ key }, j) => {
      const told = deprecatedLabel(key)
      return told ? [`${path.index(i).child('matchExpressions').index(j).child('key')}: ${key} is ${told}`] : []
    }),
  )
