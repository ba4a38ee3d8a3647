import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CertificateSigningRequest } from '../../api/certificates/certificateSigningRequest.ts'
import { type Asked, clientSigner, isApproved, isNodeRequest, servingSigner } from './plan.ts'

const request = (signerName: string, username: string, groups: string[], usages: string[]) =>
  ({
    metadata: { name: 'r' },
    spec: { request: '', signerName, username, groups, usages },
    status: {},
  }) as unknown as CertificateSigningRequest
const own: Asked = { commonName: 'system:node:a', organizations: ['system:nodes'] }
const client = ['digital signature', 'client auth']
const serving = ['digital signature', 'server auth']
const bootstrap = ['system:bootstrappers', 'system:authenticated']
const nodes = ['system:nodes']

const cases: readonly [
  what: string,
  of: CertificateSigningRequest,
  asked: Asked,
  signable: boolean,
  approved: boolean,
][] = [
  [
    "a joining node's first certificate",
    request(clientSigner, 'system:bootstrap:x', bootstrap, client),
    own,
    true,
    true,
  ],
  ["a node's renewal", request(clientSigner, 'system:node:a', nodes, [...client, 'key encipherment']), own, true, true],
  ["another node's certificate", request(clientSigner, 'system:node:b', nodes, client), own, true, false],
  ["a node's own serving certificate", request(servingSigner, 'system:node:a', nodes, serving), own, true, true],
  [
    'a serving certificate for a joining node',
    request(servingSigner, 'system:bootstrap:x', bootstrap, serving),
    own,
    true,
    false,
  ],
  [
    'a serving certificate from the client signer',
    request(clientSigner, 'system:node:a', nodes, serving),
    own,
    false,
    false,
  ],
  [
    'more usages than a node needs',
    request(clientSigner, 'system:node:a', nodes, [...client, 'server auth']),
    own,
    false,
    false,
  ],
  [
    'a name that is no node',
    request(clientSigner, 'system:bootstrap:x', bootstrap, client),
    { commonName: 'admin', organizations: ['system:nodes'] },
    false,
    false,
  ],
  [
    'a node that wants to be a master',
    request(clientSigner, 'system:bootstrap:x', bootstrap, client),
    { commonName: 'system:node:a', organizations: ['system:masters'] },
    false,
    false,
  ],
  [
    'two groups at once',
    request(clientSigner, 'system:bootstrap:x', bootstrap, client),
    { commonName: 'system:node:a', organizations: ['system:nodes', 'system:masters'] },
    false,
    false,
  ],
  [
    'a node without a name',
    request(clientSigner, 'system:bootstrap:x', bootstrap, client),
    { commonName: 'system:node:', organizations: ['system:nodes'] },
    false,
    false,
  ],
]
for (const [what, of, asked, signable, approved] of cases) {
  test(`${what} is ${signable ? '' : 'not '}signed and ${approved ? '' : 'not '}approved by itself`, () =>
    assert.deepEqual([isNodeRequest(of, asked), isApproved(of, asked)], [signable, approved]))
}
