import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { type Client, createClient } from '../client/client.ts'
import { httpsTransport } from '../client/https.ts'
import type { KubeconfigEntries } from '../net/kubeconfig.ts'

/** What a data directory holds, beside what the node (`host`) and the store keep in it. */
export interface ClusterFiles {
  readonly dataDir: string
  /** The administrator's kubeconfig. */
  readonly kubeconfig: string
  /** What lets a node join. */
  readonly agentToken: string
  /** The authority everything is verified against. */
  readonly ca: string
  /** Image tarballs that are imported at start. */
  readonly images: string
}

export function clusterFiles(dataDir: string): ClusterFiles {
  return {
    dataDir,
    kubeconfig: join(dataDir, 'admin.kubeconfig'),
    agentToken: join(dataDir, 'agent-token'),
    ca: join(dataDir, 'pki', 'ca.crt'),
    images: join(dataDir, 'images'),
  }
}

/** The data directory of a flag, or where data belongs on this machine. Absolute: processes are known by it. */
export function dataDirectory(given: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  if (given) return resolve(given)
  if (process.getuid?.() === 0) return '/var/lib/caravel'
  return join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'caravel')
}

/** The administrator's way in, as the server wrote it. */
export interface Administrator {
  readonly server: string
  readonly entries: KubeconfigEntries
}

/** Reads the administrator's kubeconfig; undefined when no server has written one yet. */
export async function readAdministrator(file: string): Promise<Administrator | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const { clusters, contexts, users } = parse(text) as Record<string, unknown[]>
  const entries = { cluster: clusters?.[0], context: contexts?.[0], user: users?.[0] } as KubeconfigEntries
  return { server: entries.cluster.cluster.server ?? '', entries }
}

/** A client for the administrator. `client.transport.close()` gives its sockets back. */
export function administratorClient({ server, entries }: Administrator): Client {
  const pem = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString()
  return createClient(
    httpsTransport({
      server,
      ca: pem(entries.cluster.cluster['certificate-authority-data']),
      cert: pem(entries.user.user['client-certificate-data']),
      key: pem(entries.user.user['client-key-data']),
    }),
  )
}
