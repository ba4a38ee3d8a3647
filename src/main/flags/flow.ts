import type { Flag } from '../flags.ts'

const on = ['server'] as const

/** How much is done at once, and whose turn it is. */
export const flowFlags = {
  'max-requests-inflight': {
    type: 'count',
    value: 'COUNT',
    default: 400,
    help: 'Most reading requests at once; with the mutating ones the seats that priority levels share',
    on,
  },
  'max-mutating-requests-inflight': {
    type: 'count',
    value: 'COUNT',
    default: 200,
    help: 'Most mutating requests at once; with the reading ones the seats that priority levels share',
    on,
  },
  'enable-priority-and-fairness': {
    type: 'bool',
    value: 'BOOL',
    default: true,
    help: 'Share seats by FlowSchemas and PriorityLevelConfigurations, rather than refuse whatever is above the limits',
    on,
  },
} as const satisfies Record<string, Flag>
