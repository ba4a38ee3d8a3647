import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Client } from '../client/client.ts'
import type { Controller } from '../client/controller.ts'
import type { EventRecorder } from '../client/events.ts'
import type { Informers } from '../client/informer.ts'

/** What every controller is made from. Caches are shared; the client and the recorder carry the controller's own identity. */
export interface ControllerContext {
  readonly client: Client
  readonly informers: Informers
  readonly events: EventRecorder
  readonly clock: Clock
  readonly log: Logger
  readonly options: ControllerOptions
}

/** What the composition root knows and some controllers need. */
export interface ControllerOptions {
  /** PEM of the CA that signs the API server's certificate, published into every namespace. */
  readonly rootCa?: string
  /** Signs certificates for nodes; absent: signing requests wait. */
  readonly signer?: CertificateSigner
  /** The pod network, out of which nodes get their parts; absent: nodes get none. */
  readonly clusterCidr?: string
  /** Signs a token for a Secret to keep; absent: such Secrets stay empty. */
  legacyToken?(of: {
    readonly namespace: string
    readonly secret: string
    readonly account: string
    readonly uid: string
  }): Promise<string>
  /** Milliseconds after which tokens in Secrets that nobody uses are marked invalid, then deleted; a year when absent. */
  readonly legacyTokenPeriod?: number
  /** Cluster IP of the DNS service; absent: there is none. */
  readonly dnsAddress?: string
}

/** Reads and signs certificate requests. PEM in, PEM out. */
export interface CertificateSigner {
  /** Whose certificate is asked for. Throws for what is no valid request. */
  read(request: string): { readonly commonName: string; readonly organizations: readonly string[] }
  sign(request: string, usages: readonly string[], seconds: number): Promise<string>
}

/** The contract of a controller's folder: its name, as upstream's, and how to make it. `index.ts` lists them all. */
export interface ControllerModule {
  /** Also its identity: `system:serviceaccount:kube-system:<account>`. */
  readonly name: string
  readonly account: string
  /** It acts as system:kube-controller-manager itself, not under a service account. */
  readonly asManager?: true
  /** The source its events name, where that is not its name. */
  readonly reporter?: string
  create(context: ControllerContext): Controller | readonly Controller[]
}
