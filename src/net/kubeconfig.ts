import { stringify } from 'yaml'

export interface KubeconfigOptions {
  /** URL of the API server: `https://127.0.0.1:6443`. */
  readonly server: string
  /** The authority the server is verified against, PEM. */
  readonly ca: string
  /** Client certificate and key, PEM. */
  readonly cert?: string
  readonly key?: string
  /** Bearer token, instead of a certificate. */
  readonly token?: string
  /** Name of the cluster and the context. */
  readonly name: string
  /** Name of the user entry: `<name>-admin` when absent. */
  readonly user?: string
  readonly namespace?: string
}

/** One entry each of a kubeconfig: what a merge into an existing file needs. */
export interface KubeconfigEntries {
  readonly cluster: { readonly name: string; readonly cluster: Readonly<Record<string, string>> }
  readonly user: { readonly name: string; readonly user: Readonly<Record<string, string>> }
  readonly context: { readonly name: string; readonly context: Readonly<Record<string, string>> }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** The entries, with certificates inline. */
export function kubeconfigEntries(options: KubeconfigOptions): KubeconfigEntries {
  const { server, ca, cert, key, token, name, namespace } = options
  const user = options.user ?? `${name}-admin`
  return {
    cluster: { name, cluster: { 'certificate-authority-data': base64(ca), server } },
    user: {
      name: user,
      user: {
        ...(cert ? { 'client-certificate-data': base64(cert) } : {}),
        ...(key ? { 'client-key-data': base64(key) } : {}),
        ...(token ? { token } : {}),
      },
    },
    context: { name, context: { cluster: name, user, ...(namespace ? { namespace } : {}) } },
  }
}

/** A whole kubeconfig with one cluster, user and context, as YAML. Holds secrets: write it with mode 0600. */
export function kubeconfig(options: KubeconfigOptions): string {
  const { cluster, user, context } = kubeconfigEntries(options)
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [cluster],
      contexts: [context],
      'current-context': context.name,
      preferences: {},
      users: [user],
    },
    { lineWidth: 0 },
  )
}
