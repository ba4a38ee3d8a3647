import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { kubeconfigEntries } from '../net/kubeconfig.ts'
import { changeKubeconfig, fileOfContext, kubeconfigFiles, mergeKubeconfig, withoutEntries } from './kubeconfigFile.ts'

const entries = kubeconfigEntries({
  server: 'https://127.0.0.1:6443',
  ca: 'CA',
  cert: 'CERT',
  key: 'KEY',
  name: 'caravel',
})
const names = { cluster: 'caravel', context: 'caravel', user: 'caravel-admin' }
const ours = {
  cluster: { name: 'caravel', cluster: { 'certificate-authority-data': 'Q0E=', server: 'https://127.0.0.1:6443' } },
  context: { name: 'caravel', context: { cluster: 'caravel', user: 'caravel-admin' } },
  user: { name: 'caravel-admin', user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' } },
}

const mine = `# my clusters
apiVersion: v1
kind: Config
current-context: work # the one I use
clusters:
- name: work
  cluster: {server: "https://work:6443"}  # do not touch
contexts:
- {name: work, context: {cluster: work, user: me}}
users:
- name: me
  user:
    token: secret
preferences: {colors: true}
`

test('an empty kubeconfig becomes one with the cluster as its current context', () => {
  for (const text of ['', '# nothing yet\n', 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: null\nusers:\n'])
    assert.deepEqual(parse(mergeKubeconfig(text, entries)), {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [ours.cluster],
      contexts: [ours.context],
      users: [ours.user],
      'current-context': 'caravel',
    })
})

test('entries of others stay as they are, comments and current context included', () => {
  const merged = mergeKubeconfig(mine, entries)
  const before = parse(mine)
  assert.deepEqual(parse(merged), {
    ...before,
    clusters: [...before.clusters, ours.cluster],
    contexts: [...before.contexts, ours.context],
    users: [...before.users, ours.user],
  })
  for (const comment of ['# my clusters', '# the one I use', '# do not touch'])
    assert.ok(merged.includes(comment), comment)
})

test('merging again replaces the own entries and nothing else', () => {
  const once = mergeKubeconfig(mine, entries)
  assert.equal(mergeKubeconfig(once, entries), once)
  const moved = kubeconfigEntries({
    server: 'https://127.0.0.1:7443',
    ca: 'CA',
    cert: 'CERT',
    key: 'KEY',
    name: 'caravel',
  })
  assert.equal(mergeKubeconfig(once, moved), once.replace('127.0.0.1:6443', '127.0.0.1:7443'))
})

test('taking the entries out gives back what was there', () => {
  const taken = withoutEntries(mergeKubeconfig(mine, entries), names)
  assert.deepEqual(parse(taken ?? ''), parse(mine))
  assert.equal(withoutEntries(mine, names), undefined)
  assert.equal(parse(withoutEntries(mergeKubeconfig('', entries), names) ?? '')['current-context'], '')
})

test('what is no kubeconfig is refused', () => {
  for (const [text, message] of [
    ['a: [', /it is no YAML/],
    ['- a', /it holds no mapping/],
    ['clusters: 3', /clusters is no list/],
  ] as const)
    assert.throws(() => mergeKubeconfig(text, entries), message)
})

test('kubectl reads the files of KUBECONFIG, else the one in the home directory', () => {
  assert.deepEqual(kubeconfigFiles({ KUBECONFIG: '/a:/b:', HOME: '/home/me' }), ['/a', '/b'])
  assert.deepEqual(kubeconfigFiles({ HOME: '/home/me' }), ['/home/me/.kube/config'])
})

test('a kubeconfig is changed in place: through links, with its mode, and private when new', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'caravel-kubeconfig-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const real = join(directory, 'real')
  const link = join(directory, 'link')
  writeFileSync(real, mine, { mode: 0o640 })
  symlinkSync(real, link)
  await changeKubeconfig(link, text => mergeKubeconfig(text, entries))
  assert.equal(readFileSync(real, 'utf8'), mergeKubeconfig(mine, entries))
  assert.equal(statSync(real).mode & 0o777, 0o640)

  const fresh = join(directory, 'sub', 'config')
  await changeKubeconfig(fresh, text => mergeKubeconfig(text, entries))
  assert.equal(statSync(fresh).mode & 0o777, 0o600)
  assert.equal(await fileOfContext([join(directory, 'none'), fresh, link], 'caravel'), fresh)
  assert.equal(await fileOfContext([join(directory, 'none'), fresh], 'other'), join(directory, 'none'))

  writeFileSync(fresh, 'a: [')
  await assert.rejects(
    changeKubeconfig(fresh, text => mergeKubeconfig(text, entries)),
    /was left as it is/,
  )
  assert.equal(readFileSync(fresh, 'utf8'), 'a: [')
})
