import type { Authorization } from '../../authz/index.ts'
import type { AdmissionRequest } from '../../contract.ts'
import type { PolicyMeter } from '../../metrics/policies.ts'
import type { ConditionMeter } from '../../metrics/webhooks.ts'
import type { Told } from '../webhook/conditions.ts'
import type { MatchDeps } from '../webhook/match.ts'
import type { ParamDeps } from './params.ts'

/** What the plugins of policies work with. */
export interface PolicyDeps extends MatchDeps, Pick<ParamDeps, 'store'> {
  readonly authorization: Pick<Authorization, 'authorize'>
  readonly meter: PolicyMeter
  readonly conditions: ConditionMeter
}

/** Who tells what the match conditions of a policy took. Upstream says `validate` of policies of both kinds. */
export const conditionsOf =
  ({ conditions }: PolicyDeps, name: string, { operation }: AdmissionRequest): Told =>
  (errors, seconds) =>
    conditions.evaluated({ name, kind: 'policy', type: 'validate', operation }, errors, seconds)

const ignored: ReadonlySet<string> = new Set([
  'tokenreviews.authentication.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
])

/** Questions about who may do what, which no policy is asked about. */
export const isIgnored = ({ resource }: AdmissionRequest): boolean => ignored.has(resource.qualified)
