import type { AdmissionPlugin, AdmissionRequest } from './contract.ts'

/** All admission plugins as one, in their order: first those that change, then those that only look. */
export interface Admission {
  mutate(request: AdmissionRequest): Promise<void>
  validate(request: AdmissionRequest): Promise<void>
}

export function createAdmission(plugins: readonly AdmissionPlugin[]): Admission {
  const mutating = plugins.filter(plugin => plugin.mutate)
  const validating = plugins.filter(plugin => plugin.validate)
  return {
    async mutate(request) {
      for (const plugin of mutating) await plugin.mutate?.(request)
    },
    async validate(request) {
      for (const plugin of validating) await plugin.validate?.(request)
    },
  }
}
