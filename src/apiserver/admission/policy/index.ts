export { mutatingPolicies } from './mutating.ts'
export type { PolicyDeps } from './plugin.ts'
export { validatingPolicies } from './validating.ts'
