import type { UserInfo } from '../../../api/resource.ts'

const prefix = 'system:node:'

/** The name of the node that a user is; empty when the user is a node of no name, undefined when it is none. */
export function nodeOf(user: UserInfo): string | undefined {
  if (!user.name.startsWith(prefix) || !user.groups.includes('system:nodes')) return undefined
  return user.name.slice(prefix.length)
}
