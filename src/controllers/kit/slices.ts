import type { EndpointSlicePort } from '../../api/discovery/endpointSlice.ts'

/** What tells slices of one service apart: the family of their addresses and their ports, in whatever order. */
export const portsId = (family: string, ports: readonly EndpointSlicePort[]): string =>
  JSON.stringify([
    family,
    [...ports]
      .map(({ name = '', port, protocol, appProtocol }) => ({
        name,
        port,
        protocol,
        ...(appProtocol ? { appProtocol } : {}),
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  ])
