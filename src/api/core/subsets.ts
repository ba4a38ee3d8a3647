import type { EndpointAddress, EndpointPort, EndpointSubset } from './endpoints.ts'

interface Place {
  readonly address: EndpointAddress
  readonly ready: boolean
}

const portKey = ({ name, port, protocol, appProtocol }: EndpointPort) =>
  JSON.stringify([name ?? '', port, protocol ?? '', appProtocol ?? ''])
const placeKey = ({ address: { ip, hostname = '', nodeName = '', targetRef }, ready }: Place) =>
  JSON.stringify([ip, hostname, nodeName, targetRef?.uid ?? '', ready])
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/**
 * The same endpoints in as few subsets as possible, everything in a fixed order: ports that stand at the same addresses
 * share a subset, and an address that is ready once in a subset is not listed as not ready. Of upstream's RepackSubsets.
 */
export function repackSubsets(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  const ports = new Map<string, { port: EndpointPort | undefined; places: Map<string, Place> }>()
  for (const subset of subsets) {
    const places: Place[] = [
      ...(subset.addresses ?? []).map(address => ({ address, ready: true })),
      ...(subset.notReadyAddresses ?? []).map(address => ({ address, ready: false })),
    ]
    // A headless service may have no ports at all: its addresses count all the same.
    for (const port of subset.ports?.length ? subset.ports : [undefined]) {
      const key = port ? portKey(port) : ''
      const entry = ports.get(key) ?? { port, places: new Map<string, Place>() }
      ports.set(key, entry)
      for (const place of places) {
        const at = `${place.address.ip} ${place.address.targetRef?.uid ?? ''}`
        const before = entry.places.get(at)
        if (!before || place.ready) entry.places.set(at, place)
      }
    }
  }
  const groups = new Map<string, { ports: EndpointPort[]; places: Place[] }>()
  for (const { port, places } of ports.values()) {
    const sorted = [...places.values()].sort((a, b) => compare(placeKey(a), placeKey(b)))
    const key = sorted.map(placeKey).join('\n')
    const group = groups.get(key) ?? { ports: [], places: sorted }
    groups.set(key, group)
    if (port) group.ports.push(port)
  }
  return [...groups.values()]
    .map(({ ports: all, places }) => {
      const ready = places.filter(place => place.ready).map(place => place.address)
      const notReady = places.filter(place => !place.ready).map(place => place.address)
      return {
        ...(ready.length ? { addresses: ready } : {}),
        ...(notReady.length ? { notReadyAddresses: notReady } : {}),
        ...(all.length ? { ports: all.sort((a, b) => compare(portKey(a), portKey(b))) } : {}),
      }
    })
    .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)))
}
