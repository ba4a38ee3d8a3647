export { bridgeAddress, bridgeCommands, gatewayOf } from './bridge.ts'
export { cniConfiguration, type PodNetwork, writeCni } from './cni.ts'
export { nodeAddresses, type RoutedNode, type RoutesOptions, routesController } from './controller.ts'
export { dropHostPorts, removeHostPorts } from './hostPorts.ts'
export { type Link, parseLinks, readLinks, uplinkMtu } from './links.ts'
export { masqueradeRules, removeMasquerade } from './masquerade.ts'
export { type NetworkDeps, type NetworkOptions, type NetworkTraces, removeNetwork, setUpNetwork } from './network.ts'
export {
  applyRoutes,
  desiredRoutes,
  type NodeAddresses,
  parseRoutes,
  type Route,
  readRoutes,
  routeCommands,
} from './routes.ts'
export { ipBatch, type Run, type RunOptions } from './run.ts'
export { applySysctls, neededSysctls } from './sysctls.ts'
