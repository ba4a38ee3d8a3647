import type { UserInfo } from '../../api/resource.ts'

/** Headers in which the front proxy tells whom it asks for; values in the form in which Node writes them. */
export function identityHeaders({ name, uid, groups, extra = {} }: UserInfo): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'X-Remote-User': bytesOf(name) }
  if (uid) headers['X-Remote-Uid'] = bytesOf(uid)
  if (groups.length > 0) headers['X-Remote-Group'] = groups.map(bytesOf)
  for (const [key, values] of Object.entries(extra)) headers[`X-Remote-Extra-${escaped(key)}`] = values.map(bytesOf)
  return headers
}

/** What a client may have sent of the kind: only the server says who asks. Names in lower case. */
export const isIdentity = (header: string): boolean =>
  header === 'authorization' || header.startsWith('x-remote-') || header.startsWith('impersonate-')

/** Node writes headers as Latin-1: so that UTF-8 goes out. Throws an Error for what would be no header any more. */
function bytesOf(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not stand in a header
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text))
    throw new Error(`the user ${JSON.stringify(text)} cannot be told in a header`)
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** What may not stand in the name of a header, by its percent sign (`transport.headerKeyEscape`). */
function escaped(key: string): string {
  return key.replace(/[^A-Za-z0-9!#$&'*+.^_`|~-]/gu, part =>
    [...Buffer.from(part, 'utf8')].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}
