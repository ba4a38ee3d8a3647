import type { Carriers } from '../commandLine.ts'

/** Every command. What it stands on is loaded when it is called. */
export const carriers: Carriers = {
  up: async (...args) => (await import('./up.ts')).up(...args),
  down: async (...args) => (await import('./down.ts')).down(...args),
  status: async (...args) => (await import('./status.ts')).status(...args),
  demo: async (...args) => (await import('./demo.ts')).demo(...args),
  server: async (...args) => (await import('./server.ts')).server(...args),
  agent: async (...args) => (await import('./agent.ts')).agent(...args),
  completion: async (...args) => (await import('./completion.ts')).printCompletion(...args),
  version: async (...args) => (await import('./version.ts')).printVersion(...args),
}
