import { createHash } from 'node:crypto'
import type { UserInfo } from '../../api/resource.ts'
import type { TokenAuthenticator } from './token.ts'

/** Tokens of a file of comma-separated values: token, user, uid and, in quotes, groups (`token/tokenfile`). */
export function fileTokens(text: string): TokenAuthenticator {
  // Looked up by hash, so that the time taken tells nothing about the tokens.
  const users = new Map<string, UserInfo>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [token, name, uid, groups = ''] = columns(line)
    if (!token || !name || uid === undefined) {
      throw new Error(`line ${index + 1} has not three columns: token, user name, user uid`)
    }
    const list = groups
      .split(',')
      .map(group => group.trim())
      .filter(group => group !== '')
    users.set(digest(token), { name, ...(uid ? { uid } : {}), groups: list })
  }
  return {
    name: 'tokenfile',
    authenticateToken(token) {
      const user = users.get(digest(token))
      return user && { user }
    },
  }
}

const digest = (token: string) => createHash('sha256').update(token).digest('base64')

/** The columns of a line; in double quotes commas are part of the text, and two quotes are one. */
function columns(line: string): string[] {
  const found: string[] = []
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(,|$)/gy
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    found.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : (match[2] ?? '').trim())
    if (match[3] === '') break
  }
  return found
}
