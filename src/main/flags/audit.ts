import type { Flag } from '../flags.ts'

const on = ['server'] as const

/** What is kept of requests, and where. */
export const auditFlags = {
  'audit-policy-file': {
    type: 'text',
    value: 'FILE',
    help: 'Policy (audit.k8s.io/v1) that says which requests are kept, and how much of them',
    on,
  },
  'audit-log-path': {
    type: 'text',
    value: 'FILE',
    help: 'Where audit events are written, a JSON object a line; - is standard output',
    on,
  },
  'audit-log-maxage': {
    type: 'count',
    value: 'DAYS',
    default: 0,
    help: 'Days that full audit logs are kept; 0: as long as their number allows',
    on,
  },
  'audit-log-maxbackup': {
    type: 'count',
    value: 'COUNT',
    default: 0,
    help: 'How many full audit logs are kept; 0: all',
    on,
  },
  'audit-log-maxsize': {
    type: 'count',
    value: 'MEGABYTES',
    default: 100,
    help: 'Size at which the audit log is put aside and a new one begins',
    on,
  },
  'audit-log-compress': { type: 'yes', help: 'Compress audit logs that are put aside, with gzip', on },
  'audit-log-mode': {
    type: ['blocking', 'blocking-strict', 'batch'],
    value: 'MODE',
    default: 'blocking',
    help: 'Whether a request waits until its events are written; blocking-strict refuses it when they cannot be',
    on,
  },
  'audit-webhook-config-file': {
    type: 'text',
    value: 'FILE',
    help: 'Kubeconfig of the server that audit events are sent to',
    on,
  },
  'audit-webhook-mode': {
    type: ['blocking', 'blocking-strict', 'batch'],
    value: 'MODE',
    default: 'batch',
    help: 'Whether a request waits until its events are sent; blocking-strict refuses it when they cannot be',
    on,
  },
  'audit-webhook-batch-max-size': {
    type: 'count',
    value: 'COUNT',
    default: 400,
    help: 'Most events that are sent at once',
    on,
  },
  'audit-webhook-batch-max-wait': {
    type: 'duration',
    value: 'DURATION',
    default: '30s',
    help: 'How long events wait for others to be sent with',
    on,
  },
  'audit-webhook-batch-buffer-size': {
    type: 'count',
    value: 'COUNT',
    default: 10_000,
    help: 'Most events that wait; what comes on top is lost, and counted',
    on,
  },
  'audit-webhook-initial-backoff': {
    type: 'duration',
    value: 'DURATION',
    default: '10s',
    help: 'How long to wait before a failed sending is tried again; each time longer',
    on,
  },
} as const satisfies Record<string, Flag>
