import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { kubeconfig } from './kubeconfig.ts'

test('a kubeconfig names one cluster, one user and the context of both', () => {
  const text = kubeconfig({ server: 'https://127.0.0.1:6443', ca: 'CA', cert: 'CERT', key: 'KEY', name: 'caravel' })
  assert.deepEqual(parse(text), {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'caravel', cluster: { 'certificate-authority-data': 'Q0E=', server: 'https://127.0.0.1:6443' } },
    ],
    contexts: [{ name: 'caravel', context: { cluster: 'caravel', user: 'caravel-admin' } }],
    'current-context': 'caravel',
    preferences: {},
    users: [{ name: 'caravel-admin', user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' } }],
  })
})
