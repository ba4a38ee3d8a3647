/** A binding: the role's name, and who gets it: `user x`, `group x` or `account x` (of kube-system). */
export interface BindingEntry {
  /** The binding's own name, where it is not the role's. */
  readonly name?: string
  readonly role: string
  readonly to: readonly string[]
}

/** ClusterRoleBindings besides those of the controllers. As upstream v1.36. */
export const clusterBindings: readonly BindingEntry[] = [
  { role: 'cluster-admin', to: ['group system:masters'] },
  { role: 'system:basic-user', to: ['group system:authenticated'] },
  { role: 'system:discovery', to: ['group system:authenticated'] },
  { role: 'system:kube-controller-manager', to: ['user system:kube-controller-manager'] },
  { role: 'system:kube-dns', to: ['account kube-dns'] },
  { role: 'system:kube-scheduler', to: ['user system:kube-scheduler'] },
  { role: 'system:monitoring', to: ['group system:monitoring'] },
  { role: 'system:node', to: [] },
  { role: 'system:node-proxier', to: ['user system:kube-proxy'] },
  { role: 'system:public-info-viewer', to: ['group system:authenticated', 'group system:unauthenticated'] },
  { role: 'system:service-account-issuer-discovery', to: ['group system:serviceaccounts'] },
  { role: 'system:volume-scheduler', to: ['user system:kube-scheduler'] },
]

/** RoleBindings by namespace, all to Roles. */
export const namespaceBindings: Readonly<Record<string, readonly BindingEntry[]>> = {
  'kube-public': [{ role: 'system:controller:bootstrap-signer', to: ['account bootstrap-signer'] }],
  'kube-system': [
    {
      name: 'system::extension-apiserver-authentication-reader',
      role: 'extension-apiserver-authentication-reader',
      to: ['user system:kube-controller-manager', 'user system:kube-scheduler'],
    },
    {
      role: 'system::leader-locking-kube-controller-manager',
      to: [
        'user system:kube-controller-manager',
        'account kube-controller-manager',
        'account leader-election-controller',
      ],
    },
    { role: 'system::leader-locking-kube-scheduler', to: ['user system:kube-scheduler', 'account kube-scheduler'] },
    { role: 'system:controller:bootstrap-signer', to: ['account bootstrap-signer'] },
    { role: 'system:controller:cloud-provider', to: ['account cloud-provider'] },
    { role: 'system:controller:token-cleaner', to: ['account token-cleaner'] },
  ],
}
