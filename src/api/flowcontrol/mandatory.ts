import type { FlowSchemaSpec, PolicyRulesWithSubjects } from './flowSchemaType.ts'
import type { PriorityLevelConfigurationSpec } from './priorityLevelConfigurationType.ts'

/** Objects without which no server runs: their specs are fixed. Of upstream's `flowcontrol/bootstrap`. */

const anythingOf = (...groups: string[]): PolicyRulesWithSubjects => ({
  subjects: groups.map(name => ({ kind: 'Group', group: { name } })),
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
})

export const mandatorySchemas: Readonly<Record<string, FlowSchemaSpec>> = {
  exempt: {
    priorityLevelConfiguration: { name: 'exempt' },
    matchingPrecedence: 1,
    rules: [anythingOf('system:masters')],
  },
  'catch-all': {
    priorityLevelConfiguration: { name: 'catch-all' },
    matchingPrecedence: 10_000,
    distinguisherMethod: { type: 'ByUser' },
    rules: [anythingOf('system:unauthenticated', 'system:authenticated')],
  },
}

export const mandatoryLevels: Readonly<Record<string, PriorityLevelConfigurationSpec>> = {
  exempt: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  'catch-all': {
    type: 'Limited',
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
  },
}
