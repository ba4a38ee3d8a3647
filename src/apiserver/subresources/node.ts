import { type Node, nodes } from '../../api/index.ts'
import { internalError, notFound } from '../../api/meta/statusError.ts'
import type { ObjectReader } from '../contract.ts'
import type { NodeAddress } from './deps.ts'

/** Which of a node's addresses is tried: what is reached without the help of DNS comes first. */
const preferred = ['InternalIP', 'ExternalIP', 'InternalDNS', 'ExternalDNS', 'Hostname']
const kubeletPort = 10250

/** Where the kubelet of a node listens, as its status tells. Throws NotFound, or an internal error when it tells no address. */
export function kubeletOf(reader: ObjectReader, name: string): NodeAddress {
  const node = reader.get(nodes, undefined, name)
  if (!node) throw notFound(nodes, name)
  const host = addressOf(node)
  if (!host) throw internalError(new Error(`no preferred addresses found; known addresses: []`))
  return { node: name, host, port: node.status.daemonEndpoints.kubeletEndpoint.Port || kubeletPort }
}

function addressOf({ status }: Node): string | undefined {
  for (const type of preferred) {
    const found = status.addresses?.find(address => address.type === type && address.address !== '')
    if (found) return found.address
  }
  return undefined
}
