import type { Duplex } from 'node:stream'
import { serviceUnavailable } from '../../api/meta/statusError.ts'
import type { AuthorizationAttributes } from '../contract.ts'
import type { VerbDeps } from '../verbs/scope.ts'

/** Where a kubelet listens. */
export interface NodeAddress {
  readonly node: string
  /** Name or IP address. */
  readonly host: string
  readonly port: number
}

/** How the server reaches nodes and pods: the edge. HTTP/1.1 is spoken over what it opens. */
export interface NodeDialer {
  /** A TLS connection to a kubelet, on which the server has shown who it is. Rejects when there is none to be had. */
  kubelet(address: NodeAddress, signal: AbortSignal): Promise<Duplex>
  /** A connection to a port in the pod network, plain or (unverified) TLS: for the proxy subresources. */
  network(
    address: { readonly host: string; readonly port: number; readonly tls: boolean },
    signal: AbortSignal,
  ): Promise<Duplex>
}

export interface SubresourceDeps extends VerbDeps {
  /** Absent: there is no way to nodes and pods; logs, exec and the like answer ServiceUnavailable. */
  readonly dialer?: NodeDialer
  /** Throws Forbidden unless allowed. */
  check(attributes: AuthorizationAttributes): Promise<void>
}

/** The way to nodes and pods. Throws ServiceUnavailable when the server has none. */
export function dialerOf({ dialer }: SubresourceDeps): NodeDialer {
  if (!dialer) throw serviceUnavailable('this server was started without a way to reach nodes')
  return dialer
}
