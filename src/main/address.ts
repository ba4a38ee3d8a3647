import { readFileSync } from 'node:fs'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

/**
 * The machine's own address, as others reach it: the IPv4 address of the interface with the default route, else of the
 * first interface that is not the loopback one, else 127.0.0.1.
 */
export function machineAddress(): string {
  return chooseAddress(networkInterfaces(), readRoutes())
}

/** The choice itself; `routes` is the text of /proc/net/route, empty where there is none. */
export function chooseAddress(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
  routes: string,
): string {
  const defaults = routes
    .split('\n')
    .map(line => line.split('\t'))
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')
    .sort((a, b) => Number(a[6]) - Number(b[6]))
    .map(([name = '']) => name)
  for (const name of [...defaults, ...Object.keys(interfaces).filter(name => !madeByUs.test(name))]) {
    const found = interfaces[name]?.find(({ family, internal }) => family === 'IPv4' && !internal)
    if (found) return found.address
  }
  return '127.0.0.1'
}

/** Bridges of pods, ours and others', are no way to the machine. */
const madeByUs = /^(cv[0-9a-f]{8}|cni|docker|br-|veth|virbr)/

function readRoutes(): string {
  try {
    return readFileSync('/proc/net/route', 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
