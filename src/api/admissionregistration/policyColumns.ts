import { formatLabelSelector } from '../meta/selectors.ts'
import type { Column } from '../resource.ts'
import type { ParamKind, ParamRef } from './policyMatch.ts'

/** The kind of the parameters, in tables of policies. */
export const paramKindColumn: Column<{ spec: { paramKind?: ParamKind } }> = {
  name: 'ParamKind',
  type: 'string',
  description: 'Kind of the parameters.',
  cell: ({ spec: { paramKind } }) => (paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>'),
}

/** The policy, in tables of bindings. */
export const policyNameColumn: Column<{ spec: { policyName?: string } }> = {
  name: 'PolicyName',
  type: 'string',
  description: 'Policy that the binding puts into force.',
  cell: ({ spec }) => spec.policyName ?? '',
}

/** The parameters, in tables of bindings. Without a namespace it is `*`: whether the kind has one is not known here. */
export const paramRefColumn: Column<{ spec: { paramRef?: ParamRef } }> = {
  name: 'ParamRef',
  type: 'string',
  description: 'Parameters that the policy gets.',
  cell({ spec: { paramRef } }) {
    if (paramRef?.name) return `${paramRef.namespace || '*'}/${paramRef.name}`
    return paramRef?.selector ? formatLabelSelector(paramRef.selector) : '<unset>'
  },
}
