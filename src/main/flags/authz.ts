import type { Flag } from '../flags.ts'

const on = ['server'] as const

/** Who may do what. */
export const authzFlags = {
  'authorization-mode': {
    type: 'list',
    value: 'MODES',
    help: 'Who decides, in order: Node, RBAC, Webhook, AlwaysAllow, AlwaysDeny. Node,RBAC when absent',
    on,
  },
  'authorization-config': {
    type: 'text',
    value: 'FILE',
    help: 'AuthorizationConfiguration (apiserver.config.k8s.io), instead of the mode; read again when it changes',
    on,
  },
  'authorization-webhook-config-file': {
    type: 'text',
    value: 'FILE',
    help: 'Kubeconfig of the server that mode Webhook asks',
    on,
  },
  'authorization-webhook-cache-authorized-ttl': {
    type: 'duration',
    value: 'DURATION',
    default: '5m0s',
    help: 'How long it is remembered that it allowed something',
    on,
  },
  'authorization-webhook-cache-unauthorized-ttl': {
    type: 'duration',
    value: 'DURATION',
    default: '30s',
    help: 'How long it is remembered that it did not',
    on,
  },
  'authorization-webhook-version': {
    type: ['v1', 'v1beta1'],
    value: 'VERSION',
    default: 'v1beta1',
    help: 'Version of SubjectAccessReview that it is asked in',
    on,
  },
} as const satisfies Record<string, Flag>
