import { ipBatch, type Run } from './run.ts'

/** A node as the others see it. */
export interface NodeAddresses {
  readonly name: string
  /** The ranges of its pods, one per IP family. */
  readonly podCIDRs: readonly string[]
  /** Its addresses that the other nodes reach, in order of preference. */
  readonly addresses: readonly string[]
}

/** Pods of this range are reached through this node. */
export interface Route {
  /** `10.244.1.0/24` */
  readonly destination: string
  /** `10.0.0.2` */
  readonly gateway: string
}

/** Marks the routes that are ours among those of the kernel and of others (`ip route ... proto`). */
const protocol = '202'
const isSix = (text: string) => text.includes(':')

/**
 * The routes of a node to the pods of all others, straight through their addresses (host-gw): right where the nodes
 * share one link. A node without a range or an address of that family has none yet.
 */
export function desiredRoutes(self: string, nodes: readonly NodeAddresses[]): Route[] {
  const routes: Route[] = []
  for (const node of nodes) {
    if (node.name === self) continue
    for (const destination of node.podCIDRs) {
      const gateway = node.addresses.find(address => isSix(address) === isSix(destination))
      if (gateway) routes.push({ destination, gateway })
    }
  }
  return routes.sort((a, b) => (a.destination < b.destination ? -1 : a.destination > b.destination ? 1 : 0))
}

/** The `ip` commands from the routes there are to those there should be. */
export function routeCommands(desired: readonly Route[], actual: readonly Route[]): string[] {
  const family = (route: Route) => (isSix(route.destination) ? '-6 ' : '')
  const wanted = new Map(desired.map(route => [route.destination, route.gateway]))
  const there = new Map(actual.map(route => [route.destination, route.gateway]))
  return [
    ...actual
      .filter(route => !wanted.has(route.destination))
      .map(route => `${family(route)}route del ${route.destination} proto ${protocol}`),
    ...desired
      .filter(route => there.get(route.destination) !== route.gateway)
      .map(route => `${family(route)}route replace ${route.destination} via ${route.gateway} proto ${protocol}`),
  ]
}

/** Reads what `ip -json route show` prints; an address without prefix length is a range of one. */
export function parseRoutes(text: string): Route[] {
  const raw = JSON.parse(text.trim() || '[]') as { dst?: string; gateway?: string }[]
  return raw.flatMap(({ dst, gateway }) =>
    dst && gateway ? [{ destination: dst.includes('/') ? dst : `${dst}/${isSix(dst) ? 128 : 32}`, gateway }] : [],
  )
}

/** Our routes as they are in the namespace now. */
export async function readRoutes(run: Run): Promise<Route[]> {
  const [four, six] = await Promise.all([
    run(['ip', '-json', 'route', 'show', 'proto', protocol]),
    run(['ip', '-6', '-json', 'route', 'show', 'proto', protocol]),
  ])
  return [...parseRoutes(four), ...parseRoutes(six)]
}

/** Makes the namespace's routes those of `desiredRoutes`; routes of others stay as they are. */
export async function applyRoutes(run: Run, self: string, nodes: readonly NodeAddresses[]): Promise<void> {
  const commands = routeCommands(desiredRoutes(self, nodes), await readRoutes(run))
  // Batches are of one family: the command line, not the line, decides it.
  await ipBatch(
    run,
    commands.filter(line => !line.startsWith('-6 ')),
  )
  for (const line of commands.filter(line => line.startsWith('-6 '))) await run(['ip', ...line.split(' ')])
}
