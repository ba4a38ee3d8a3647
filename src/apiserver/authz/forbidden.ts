import { failure, type StatusError } from '../../api/meta/statusError.ts'
import type { AuthorizationAttributes } from '../contract.ts'

const quoted = (text: string) => JSON.stringify(text)
/** What could be taken for HTML is not written as such. */
const harmless = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The refusal of a request, in upstream's words (`responsewriters.ForbiddenStatusError`). */
export function forbiddenStatus(attributes: AuthorizationAttributes, reason: string): StatusError {
  const { group, resource, name } = attributes
  const qualified = group ? `${resource}.${group}` : resource
  const subject = qualified ? `${qualified}${name ? ` ${quoted(name)}` : ''} is forbidden: ` : 'forbidden: '
  const why = reason ? `${harmless(refusal(attributes))}: ${reason}` : harmless(refusal(attributes))
  return failure(403, 'Forbidden', subject + why, {
    ...(name ? { name } : {}),
    ...(group ? { group } : {}),
    ...(resource ? { kind: resource } : {}),
  })
}

function refusal({
  user,
  verb,
  isResource,
  path,
  resource,
  subresource,
  group,
  namespace,
}: AuthorizationAttributes): string {
  const who = `User ${quoted(user.name)} cannot ${verb}`
  if (!isResource) return `${who} path ${quoted(path)}`
  const what = `resource ${quoted(subresource ? `${resource}/${subresource}` : resource)} in API group ${quoted(group)}`
  return `${who} ${what} ${namespace ? `in the namespace ${quoted(namespace)}` : 'at the cluster scope'}`
}
