import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { certificate, makeCa, makeKey } from '../../net/x509/index.ts'
import { cells, write } from '../../testing/writes.ts'
import { clusterTrustBundles } from './clusterTrustBundle.ts'

const life = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2027, 0, 1) }
const subject = { commonName: 'ca' }
const { cert: ca } = await makeCa({ subject, ...life })
const key = await makeKey()
const leaf = certificate({ subject, ...life, usage: 'client' }, createPublicKey(key), subject, key)
const bundle = (trustBundle: string, name = 'b', signerName?: string) => ({
  metadata: { name },
  spec: { trustBundle, ...(signerName ? { signerName } : {}) },
})
const omitted = 'spec.trustBundle: Invalid value: "<value omitted>":'

test('a bundle holds authorities, each once', () => {
  const cases: [trustBundle: string, errors: string[]][] = [
    [`# The first\n${ca}`, []],
    ['', [`${omitted} at least one trust anchor must be provided`]],
    [ca + ca, [`${omitted} duplicate trust anchor (indices [0 1])`]],
    [leaf, [`${omitted} entry 0 does not have the CA bit set`]],
    [ca.replaceAll('CERTIFICATE', 'KEY'), [`${omitted} entry 0 has bad block type: KEY`]],
    [ca.replace('-----\n', '-----\nA: b\n\n'), [`${omitted} entry 0 has PEM block headers`]],
    [
      `${ca}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      [`${omitted} entry 1 does not parse as X.509`],
    ],
    ['x'.repeat(1024 * 1024 + 1), ['spec.trustBundle: Too long: may not be more than 1048576 bytes']],
  ]
  for (const [trustBundle, errors] of cases)
    assert.deepEqual(write(clusterTrustBundles, bundle(trustBundle)).errors, errors, trustBundle.slice(0, 100))
})

test('a bundle of a signer is named after it', () => {
  const cases: [name: string, signer: string | undefined, errors: string[]][] = [
    ['a.io:s:b', 'a.io/s', []],
    [
      'b',
      'a.io/s',
      ['metadata.name: Invalid value: "b": ClusterTrustBundle for signerName a.io/s must be named with prefix a.io:s:'],
    ],
    [
      'a:b',
      undefined,
      ['metadata.name: Invalid value: "a:b": ClusterTrustBundle without signer name must not have ":" in its name'],
    ],
  ]
  for (const [name, signer, errors] of cases)
    assert.deepEqual(write(clusterTrustBundles, bundle(ca, name, signer)).errors, errors, name)
})

test('the signer stays, and what is stored is not read again', () => {
  const old = { ...write(clusterTrustBundles, bundle('none of it')).object }
  assert.deepEqual(write(clusterTrustBundles, bundle('none of it'), old).errors, [])
  assert.deepEqual(write(clusterTrustBundles, bundle(ca, 'a.io:s:b', 'a.io/s'), old).errors, [
    'spec.signerName: Invalid value: "a.io/s": field is immutable',
  ])
  assert.deepEqual(cells(clusterTrustBundles, old), { Name: 'b', SignerName: '<none>' })
})
