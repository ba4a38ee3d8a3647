import type { APIService } from '../../api/index.ts'
import type { UserInfo } from '../../api/resource.ts'
import { wordsOf } from '../webhook/words.ts'
import type { ForeignServer } from './servers.ts'

/** Who asks on the server's own behalf. */
export const aggregator: UserInfo = { name: 'system:kube-aggregator', groups: ['system:masters'] }

/** The document that every server has which answers for the version. */
export const documentPath = ({ spec: { group = '', version = '' } }: APIService): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`

/** One endpoint in trouble is not all of them: before a server is given up, it is asked so many times more, at once. */
const more = 4

/** Undefined: the server answers. Otherwise what hinders it, in upstream's words. */
export async function probe(server: ForeignServer, service: APIService): Promise<string | undefined> {
  const path = documentPath(service)
  const first = await attempt(server, path)
  if (first === undefined) return undefined
  const others = await Promise.all(Array.from({ length: more }, () => attempt(server, path)))
  return others.includes(undefined) ? undefined : others[0]
}

async function attempt(server: ForeignServer, path: string): Promise<string | undefined> {
  const url = `https://${server.host}${path}`
  const failing = `failing or missing response from ${url}`
  try {
    const { status } = await server.get(path, aggregator, 'application/json')
    return status >= 200 && status < 300 ? undefined : `${failing}: bad status from ${url}: ${status}`
  } catch (error) {
    const timedOut = (error as Error).name === 'AbortError' || (error as Error).name === 'TimeoutError'
    const why = timedOut
      ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
      : wordsOf(error as Error)
    return `${failing}: Get ${JSON.stringify(url)}: ${why}`
  }
}
