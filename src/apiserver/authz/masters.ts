import type { Authorizer } from '../contract.ts'

/** The group that may do everything, whatever the roles say. */
export const mastersGroup = 'system:masters'

export const mastersAuthorizer: Authorizer = {
  name: 'masters',
  authorize: ({ user }) =>
    user.groups.includes(mastersGroup) ? { decision: 'allow', reason: '' } : { decision: 'none', reason: '' },
}
