import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { columns, type Kubectl, noKubectl, openKubectl } from './kubectl.ts'
import { type ServerProcess, startServer } from './server.ts'

describe('kubectl asks who may do what, and what there is', { skip: noKubectl }, () => {
  let server: ServerProcess
  let kubectl: Kubectl

  before(async () => {
    server = await startServer('--store', 'memory')
    kubectl = await openKubectl(server.kubeconfig)
  })
  after(async () => {
    await kubectl?.close()
    await server?.stop()
  })

  const canI = async (...args: string[]) => (await kubectl.run(['auth', 'can-i', ...args])).stdout.trim()

  it('answers can-i for oneself and for others', async () => {
    assert.equal(await canI('create', 'pods'), 'yes')
    assert.equal(await canI('*', '*'), 'yes')
    assert.equal(await canI('create', 'pods', '--as=bob'), 'no')
    await kubectl('create', 'role', 'reader', '--verb=get,list,watch', '--resource=pods,pods/log')
    await kubectl('create', 'rolebinding', 'bob', '--role=reader', '--user=bob')
    assert.equal(await canI('get', 'pods', '--as=bob'), 'yes')
    assert.equal(await canI('get', 'pods', '--subresource=log', '--as=bob'), 'yes')
    assert.equal(await canI('get', 'pods', '--as=bob', '-n', 'kube-system'), 'no')
    assert.equal(await canI('get', '/readyz', '--as=bob', '--as-group=system:authenticated'), 'yes')
    const rules = await kubectl('auth', 'can-i', '--list', '--as=bob')
    assert.match(rules, /^pods\/log +\[\] +\[\] +\[get list watch\]$/m)
  })

  it('refuses what is not allowed, in words that say what is missing', async () => {
    const { code, stderr } = await kubectl.run(['get', 'secrets', '--as=bob'])
    assert.deepEqual(
      [code, stderr],
      [
        1,
        'Error from server (Forbidden): secrets is forbidden: User "bob" cannot list resource "secrets" in API group "" in the namespace "default"\n',
      ],
    )
    const node = await kubectl.run(['delete', 'node', 'x', '--as=bob'])
    assert.equal(
      node.stderr,
      'Error from server (Forbidden): nodes "x" is forbidden: User "bob" cannot delete resource "nodes" in API group "" at the cluster scope\n',
    )
    const escalation = await kubectl.run([
      ...['create', 'clusterrole', 'all', '--verb=*', '--resource=*', '--as=carol', '--as-group=writers'],
    ])
    assert.match(escalation.stderr, /User "carol" cannot create resource "clusterroles"/)
  })

  it('says who one is, and lets a service account in by its token', async () => {
    assert.match(await kubectl('auth', 'whoami'), /^Username +kubernetes-admin$/m)
    await kubectl('create', 'serviceaccount', 'robot')
    await kubectl('create', 'clusterrolebinding', 'robot', '--clusterrole=view', '--serviceaccount=default:robot')
    const token = (await kubectl('create', 'token', 'robot', '--duration=10m')).trim()
    const config = await readFile(`${server.dataDir}/admin.kubeconfig`, 'utf8')
    const robot = await openKubectl(
      config.replace(/ *client-certificate-data:.*\n/, '').replace(/client-key-data:.*/, `token: ${token}`),
    )
    try {
      const who = await robot('auth', 'whoami', '-o', 'json')
      assert.deepEqual(
        [JSON.parse(who).status.userInfo.username, JSON.parse(who).status.userInfo.groups],
        [
          'system:serviceaccount:default:robot',
          ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
        ],
      )
      assert.match(await robot('get', 'configmaps', '-o', 'name'), /^configmap\/kube-root-ca.crt$/m)
      const secrets = await robot.run(['get', 'secrets'])
      assert.match(
        secrets.stderr,
        /^Error from server \(Forbidden\): secrets is forbidden: User "system:serviceaccount:default:robot" cannot list resource "secrets"/,
      )
      await kubectl('delete', 'serviceaccount', 'robot')
      const gone = await robot.run(['get', 'configmaps'])
      assert.deepEqual([gone.code, /Unauthorized|must be logged in/.test(gone.stderr)], [1, true])
    } finally {
      await robot.close()
    }
  })

  it('lists what the server has', async () => {
    const kinds = columns(await kubectl('api-resources'), 'NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND')
    for (const kind of [
      ['pods', 'po', 'v1', 'true', 'Pod'],
      ['nodes', 'no', 'v1', 'false', 'Node'],
      ['deployments', 'deploy', 'apps/v1', 'true', 'Deployment'],
      ['endpointslices', '', 'discovery.k8s.io/v1', 'true', 'EndpointSlice'],
      ['clusterroles', '', 'rbac.authorization.k8s.io/v1', 'false', 'ClusterRole'],
    ])
      assert.ok(
        kinds.some(each => each.join() === kind.join()),
        `${kind.join(' ')} is served`,
      )
    const versions = (await kubectl('api-versions')).trim().split('\n')
    for (const version of [
      'v1',
      'apps/v1',
      'extensions/v1beta1',
      'rbac.authorization.k8s.io/v1',
      'discovery.k8s.io/v1',
    ])
      assert.ok(versions.includes(version), `${version} is served`)
    const all = await kubectl('api-resources', '--categories=all', '-o', 'name')
    assert.deepEqual(all.trim().split('\n'), [
      'pods',
      'replicationcontrollers',
      'services',
      'daemonsets.apps',
      'deployments.apps',
      'replicasets.apps',
      'statefulsets.apps',
      'horizontalpodautoscalers.autoscaling',
      'cronjobs.batch',
      'jobs.batch',
    ])
  })

  it('explains fields', async () => {
    const text = await kubectl('explain', 'deployment.spec.template.spec.containers.livenessProbe.httpGet')
    assert.match(text, /^GROUP: {6}apps\nKIND: {7}Deployment\nVERSION: {4}v1\n\nFIELD: httpGet <HTTPGetAction>/)
    assert.match(text, /^ {2}port\t<IntOrString> -required-\n {4}\S/m)
    assert.match(await kubectl('explain', 'pods'), /^KIND: {7}Pod\nVERSION: {4}v1\n\nDESCRIPTION:\n {4}\S/)
    assert.match(await kubectl('explain', 'pod.spec', '--recursive'), /^ {2}containers\t<\[\]Container> -required-$/m)
    assert.match(
      await kubectl('explain', 'deployment', '--api-version=extensions/v1beta1'),
      /^GROUP: {6}extensions\nKIND: {7}Deployment\nVERSION: {4}v1beta1$/m,
    )
    const none = await kubectl.run(['explain', 'pod.spec.nonsense'])
    assert.deepEqual([none.code, none.stderr], [1, 'error: field "nonsense" does not exist\n'])
  })

  it('reads raw paths, versions and the configuration', async () => {
    assert.equal(await kubectl('get', '--raw', '/readyz'), 'ok')
    assert.match(await kubectl('get', '--raw', '/livez?verbose'), /livez check passed\n$/)
    assert.equal(JSON.parse(await kubectl('get', '--raw', '/api/v1/namespaces/default')).kind, 'Namespace')
    assert.equal(JSON.parse(await kubectl('get', '--raw', '/version')).minor, '36')
    assert.match(await kubectl('version'), /^Server Version: v1\.36\./m)
    assert.match(await kubectl('cluster-info'), new RegExp(`control plane.* is running at .*${server.url}`))
    const config = await kubectl('config', 'view', '--minify')
    assert.match(config, /certificate-authority-data: DATA\+OMITTED/)
    assert.equal(await kubectl('config', 'current-context'), 'caravel\n')
    assert.match(await kubectl('config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}'), /^https:\/\/127/)
  })
})
