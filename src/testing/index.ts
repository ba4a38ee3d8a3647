export { createVirtualClock, type VirtualClock } from '../base/virtualClock.ts'
export { type Cluster, type ClusterOptions, startCluster } from './cluster.ts'
export { eventually } from './eventually.ts'
