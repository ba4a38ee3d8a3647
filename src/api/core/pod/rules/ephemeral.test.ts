import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podOf, told } from '../pod.test-suite.ts'
import { ephemeralRules } from './ephemeral.ts'

const debug = (...names: string[]) => ({ ephemeralContainers: names.map(name => ({ name, image: 'busybox' })) })
const path = 'spec.ephemeralContainers: Forbidden: existing ephemeral containers "a" may not be'

test('ephemeral containers are added in any order', () => {
  assert.deepEqual(ephemeralRules(podOf(debug('b', 'a')), podOf(debug('a'))), [])
})

test('ephemeral containers are never taken away', () => {
  assert.deepEqual(told(ephemeralRules(podOf(debug('b')), podOf(debug('a')))), [`${path} removed\n`])
})

test('ephemeral containers are never changed', () => {
  const after = podOf({ ephemeralContainers: [{ name: 'a', image: 'other:1' }] })
  assert.deepEqual(told(ephemeralRules(after, podOf({ ephemeralContainers: [{ name: 'a', image: 'busybox:1' }] }))), [
    `${path} changed\n- spec.ephemeralContainers[0].image: "busybox:1"\n+ spec.ephemeralContainers[0].image: "other:1"`,
  ])
})

test('pods that the kubelet runs from a file get none', () => {
  const mirror = podOf({ nodeName: 'n' }, {}, { annotations: { 'kubernetes.io/config.mirror': 'x' } })
  assert.deepEqual(told(ephemeralRules(mirror, mirror)), [
    ': Forbidden: static pods do not support ephemeral containers',
  ])
})
