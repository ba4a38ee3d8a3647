export { defaultThresholds, type Thresholds } from './eviction/signals.ts'
export type { ServerTls } from './server/server.ts'
export { type Kubelet, type KubeletDeps, type KubeletOptions, startKubelet } from './start.ts'
export { type Mounter, systemMounter } from './volumes/mounter.ts'
