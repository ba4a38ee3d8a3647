import type { Evaluator } from './evaluator.ts'

/** Kinds that had a name in quotas before all kinds got one. */
const aliased = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'])

/** The name under which the objects of a kind are counted. */
export const countName = (group: string, plural: string): string => `count/${plural}${group === '' ? '' : `.${group}`}`

/** Counts objects, whatever is in them. */
export function countEvaluator(group: string, plural: string): Evaluator {
  const names = [countName(group, plural), ...(group === '' && aliased.has(plural) ? [plural] : [])]
  const usage = Object.fromEntries(names.map(name => [name, '1']))
  return {
    metadataOnly: true,
    handles: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
    counts: name => names.includes(name),
    usage: () => usage,
  }
}
