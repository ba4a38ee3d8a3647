import type { ClusterOptions } from '../../../testing/cluster.ts'
import { type Served, startServed } from '../../crd/crd.test-suite.ts'
import { type LoopbackServer, type Posted, startLoopback } from '../../remote.test-suite.ts'

/** What a webhook is asked. */
export interface Asked {
  readonly uid: string
  readonly name?: string
  readonly operation: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds
  readonly [field: string]: any
}

/** What a webhook answers: fields of the response, with the patch as operations; or a status, when it is broken. */
export type Answer = { allowed?: boolean; patch?: readonly object[]; [field: string]: unknown } | number

/** A cluster and a server of webhooks, which answer by the path they are asked at. */
export interface Hooked extends Served {
  readonly hook: LoopbackServer
  /** What was asked so far, in order: of one webhook, or of all. */
  asked(name?: string): Asked[]
  /** Stores a configuration of one webhook, which is asked at the path of its name. */
  configure(kind: 'Mutating' | 'Validating', name: string, rules: readonly object[], rest?: object): Promise<void>
}

export async function startHooked(
  answers: Readonly<Record<string, (asked: Asked) => Answer | Promise<Answer>>>,
  options: ClusterOptions = {},
): Promise<Hooked> {
  const nameIn = (path: string) => path.split('?')[0]?.slice(1) ?? ''
  const hook = await startLoopback(async ({ path, body }: Posted) => {
    const { apiVersion, request } = JSON.parse(body) as { apiVersion: string; request: Asked }
    const answer = (await answers[nameIn(path)]?.(request)) ?? {}
    if (typeof answer === 'number') return [answer, 'broken']
    const { patch, ...rest } = answer
    const changes = patch ? { patchType: 'JSONPatch', patch: base64(JSON.stringify(patch)) } : {}
    const response = { uid: request.uid, allowed: true, ...changes, ...rest }
    return [200, { kind: 'AdmissionReview', apiVersion, response }]
  })
  const served = await startServed(options)
  return {
    ...served,
    hook,
    asked: name =>
      hook.posted
        .filter(({ path }) => name === undefined || nameIn(path) === name)
        .map(({ body }) => JSON.parse(body).request as Asked),
    async configure(kind, name, rules, rest = {}) {
      const made = await served.ask(
        'POST',
        `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`,
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: `${kind}WebhookConfiguration`,
          metadata: { name },
          webhooks: [
            {
              name: `${name}.example.com`,
              clientConfig: { url: `${hook.url}/${name}`, caBundle: base64(hook.ca) },
              rules,
              sideEffects: 'None',
              admissionReviewVersions: ['v1'],
              ...rest,
            },
          ],
        },
      )
      if (made.status !== 201) throw new Error(`configuring ${name}: ${JSON.stringify(made.object)}`)
    },
    async stop() {
      await served.stop()
      await hook.stop()
    },
  }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

export const rule = (operations: readonly string[], resources: readonly string[], group = '', version = 'v1') => ({
  operations,
  apiGroups: [group],
  apiVersions: [version],
  resources,
})

export const maps = '/api/v1/namespaces/default/configmaps'
export const map = (name: string, data: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
})
