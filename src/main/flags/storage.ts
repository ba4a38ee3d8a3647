import type { Flag } from '../flags.ts'

const on = ['server'] as const

/** Where objects are kept, and how. */
export const storageFlags = {
  store: {
    type: ['file', 'memory', 'etcd'],
    value: 'PLACE',
    default: 'file',
    help: 'Where objects are stored: in files of the data directory, in memory until the server ends, or in etcd',
    on,
  },
  'etcd-servers': {
    type: 'list',
    value: 'URLS',
    help: 'Members of the etcd cluster, with commas between them: https://10.0.0.5:2379. Several servers may share one; they need the same pki directory in their data directories',
    on,
  },
  'etcd-cafile': {
    type: 'text',
    value: 'FILE',
    help: "Certificate of the authority that etcd's certificates are verified against",
    on,
  },
  'etcd-certfile': { type: 'text', value: 'FILE', help: 'Certificate that this server shows to etcd', on },
  'etcd-keyfile': { type: 'text', value: 'FILE', help: 'Key of --etcd-certfile', on },
  'etcd-prefix': {
    type: 'text',
    value: 'PREFIX',
    default: '/registry',
    help: 'What all keys in etcd begin with',
    on,
  },
  'encryption-provider-config': {
    type: 'text',
    value: 'FILE',
    help: 'EncryptionConfiguration (apiserver.config.k8s.io/v1): which kinds are encrypted where they are stored, and how',
    on,
  },
  'encryption-provider-config-automatic-reload': {
    type: 'bool',
    value: 'BOOL',
    default: false,
    help: 'Look for changes of --encryption-provider-config while running',
    on,
  },
} as const satisfies Record<string, Flag>
