import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { clusterRoleBindings, configMaps, secrets } from '../api/index.ts'
import { is } from '../api/meta/statusError.ts'
import type { Client } from '../client/client.ts'
import { writePrivate } from '../net/x509/index.ts'

/**
 * What an agent joins with: `<sha256 of the CA certificate>.<bootstrap token>`. The hash lets the agent trust the
 * server before it has anything of it; the bootstrap token lets it ask for its first certificate.
 */
export const agentToken = (ca: string, id: string, secret: string): string => `${caHash(ca)}.${id}.${secret}`

/** The hash that a joining agent compares: of the certificate's bytes, in hexadecimal. */
export function caHash(pem: string): string {
  const base64 = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/.exec(pem)?.[1] ?? ''
  return createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex')
}

const group = 'system:bootstrappers:caravel'
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const random = (length: number) => [...randomBytes(length)].map(byte => letters[byte % letters.length]).join('')
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Makes the cluster's own join token, once, with what a joining node needs to use it, and keeps it in a file. */
export async function ensureAgentToken(client: Client, ca: string, path: string): Promise<void> {
  const [id = '', secret = ''] = (await known(client, path, ca)) ?? [random(6), random(16)]
  const data = {
    'token-id': base64(id),
    'token-secret': base64(secret),
    'usage-bootstrap-authentication': base64('true'),
    'auth-extra-groups': base64(group),
    description: base64('Joins agents to this cluster.'),
  }
  await Promise.all([
    make(
      client.of(secrets).create({
        metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' },
        type: 'bootstrap.kubernetes.io/token',
        data,
      }),
    ),
    make(
      client.of(clusterRoleBindings).create({
        metadata: { name: 'caravel:node-bootstrapper' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:node-bootstrapper' },
        subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: group }],
      }),
    ),
    make(
      client
        .of(configMaps)
        .create({ metadata: { name: 'caravel-ca', namespace: 'kube-public' }, data: { 'ca.crt': ca } }),
    ),
  ])
  await writePrivate(path, `${agentToken(ca, id, secret)}\n`)
}

/** The token written before, if this cluster still knows it. */
async function known(client: Client, path: string, ca: string): Promise<[string, string] | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const [hash, id, secret] = text.trim().split('.')
  if (hash !== caHash(ca) || !id || !secret) return undefined
  try {
    await client.of(secrets).get(`bootstrap-token-${id}`, { namespace: 'kube-system' })
    return [id, secret]
  } catch (error) {
    if (is(error, 'NotFound')) return undefined
    throw error
  }
}

async function make(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!is(error, 'AlreadyExists')) throw error
  }
}
