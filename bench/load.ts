import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { clusterRoleBindings, serviceAccounts, type TokenRequest } from '../src/api/index.ts'
import type { Client } from '../src/client/client.ts'
import { administratorClient, readAdministrator } from '../src/main/cluster.ts'
import type { ServerProcess } from '../test/e2e/server.ts'

const execute = promisify(execFile)

export interface Load {
  readonly path: string
  /** Posted, the same at every request; GET when absent. */
  readonly body?: string
  readonly requests: number
  /** Media type of the answers; JSON when absent. */
  readonly accept?: string
  /** HTTP/2 connections, and requests under way on each. Default 8 and 8. */
  readonly connections?: number
  readonly streams?: number
}

export interface Loaded {
  readonly perSecond: number
  /** Bytes of bodies, in millions. */
  readonly megabytesPerSecond: number
}

/** A client with every right, and a token with every right for programs that show no certificate. */
export async function administrator(server: ServerProcess): Promise<{ client: Client; token: string }> {
  const found = await readAdministrator(join(server.dataDir, 'admin.kubeconfig'))
  if (!found) throw new Error(`${server.dataDir} has no admin.kubeconfig`)
  const client = administratorClient(found)
  await client.of(serviceAccounts).create({ metadata: { name: 'bench', namespace: 'default' } })
  await client.of(clusterRoleBindings).create({
    metadata: { name: 'bench' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'bench', namespace: 'default' }],
  })
  const { status } = await client
    .of(serviceAccounts)
    .post<TokenRequest>('bench', 'token', { spec: { audiences: [] } }, { namespace: 'default' })
  return { client, token: status.token }
}

/** Puts load on a server with h2load, over TLS and HTTP/2. Throws when a request does not end well. */
export async function load(server: ServerProcess, token: string, asked: Load): Promise<Loaded> {
  const { path, body, requests, connections = 8, streams = 8, accept = 'application/json' } = asked
  const directory = await mkdtemp(join(tmpdir(), 'caravel-load-'))
  try {
    const data = join(directory, 'body')
    if (body !== undefined) await writeFile(data, body)
    const { stdout } = await execute('h2load', [
      ...['-n', String(requests), '-c', String(connections), '-m', String(streams), '-t', '1'],
      ...['-H', `authorization: Bearer ${token}`, '-H', `accept: ${accept}`],
      ...(body === undefined ? [] : ['-H', 'content-type: application/json', '-d', data]),
      `${server.url}${path}`,
    ])
    const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1])
    const succeeded = number(/ (\d+) 2xx/)
    if (succeeded !== requests) throw new Error(`${requests - succeeded} of ${requests} requests failed:\n${stdout}`)
    const perSecond = number(/, ([\d.]+) req\/s/)
    return { perSecond, megabytesPerSecond: ((number(/\((\d+)\) data/) / requests) * perSecond) / 1e6 }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error('h2load is not installed: apt-get install nghttp2-client', { cause: error })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
