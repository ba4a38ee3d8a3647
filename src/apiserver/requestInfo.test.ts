import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestInfo } from './requestInfo.ts'

const infoOf = (method: string, target: string) => {
  const mark = target.indexOf('?')
  return requestInfo(method, target, new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)))
}

test('method and path tell verb, kind, namespace, name and subresource', () => {
  // verb, group/version, namespace, resource, name, subresource
  const cases: [string, string, ...string[]][] = [
    ['GET', '/api/v1/namespaces', 'list', '/v1', '', 'namespaces', '', ''],
    ['GET', '/api/v1/namespaces/other', 'get', '/v1', 'other', 'namespaces', 'other', ''],
    ['PUT', '/api/v1/namespaces/other/finalize', 'update', '/v1', 'other', 'namespaces', 'other', 'finalize'],
    ['PATCH', '/api/v1/namespaces/other/status', 'patch', '/v1', 'other', 'namespaces', 'other', 'status'],
    ['GET', '/api/v1/namespaces/other/pods', 'list', '/v1', 'other', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods/foo', 'get', '/v1', 'other', 'pods', 'foo', ''],
    ['HEAD', '/api/v1/namespaces/other/pods/foo', 'get', '/v1', 'other', 'pods', 'foo', ''],
    ['GET', '/api/v1/pods', 'list', '/v1', '', 'pods', '', ''],
    ['GET', '/api/v1/pods?watch=true', 'watch', '/v1', '', 'pods', '', ''],
    ['GET', '/api/v1/pods?watch=false', 'list', '/v1', '', 'pods', '', ''],
    ['GET', '/api/v1/pods?fieldSelector=metadata.name%3Dfoo', 'list', '/v1', '', 'pods', 'foo', ''],
    ['GET', '/api/v1/pods?fieldSelector=metadata.name%3D..', 'list', '/v1', '', 'pods', '', ''],
    ['GET', '/api/v1/watch/namespaces/other/pods', 'watch', '/v1', 'other', 'pods', '', ''],
    ['GET', '/api/v1/watch/namespaces/other/pods/foo', 'watch', '/v1', 'other', 'pods', 'foo', ''],
    ['POST', '/api/v1/namespaces/other/pods', 'create', '/v1', 'other', 'pods', '', ''],
    ['DELETE', '/api/v1/namespaces/other/pods/foo', 'delete', '/v1', 'other', 'pods', 'foo', ''],
    ['DELETE', '/api/v1/namespaces/other/pods', 'deletecollection', '/v1', 'other', 'pods', '', ''],
    ['POST', '/api/v1/namespaces/other/pods/foo/binding', 'create', '/v1', 'other', 'pods', 'foo', 'binding'],
    [
      'GET',
      '/apis/apps/v1/namespaces/other/deployments/foo/scale',
      'get',
      'apps/v1',
      'other',
      'deployments',
      'foo',
      'scale',
    ],
    [
      'GET',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
      'get',
      'rbac.authorization.k8s.io/v1',
      '',
      'clusterroles',
      'system:node',
      '',
    ],
  ]
  for (const [method, target, ...expected] of cases) {
    const { isResource, verb, group, version, namespace, resource, name, subresource } = infoOf(method, target)
    assert.ok(isResource, target)
    assert.deepEqual(
      [verb, `${group}/${version}`, namespace, resource, name, subresource],
      expected,
      `${method} ${target}`,
    )
  }
})

test('what follows a subresource is kept as the rest', () => {
  assert.equal(infoOf('GET', '/api/v1/nodes/n/proxy/a/b?c=d').rest, 'a/b')
  assert.equal(infoOf('GET', '/api/v1/namespaces/x/services/http:s:80/proxy/a/').rest, 'a/')
  assert.equal(infoOf('GET', '/api/v1/nodes/n/proxy').rest, '')
})

test('other paths are no resources, and their verb is the method', () => {
  for (const path of [
    '/',
    '/healthz',
    '/api',
    '/api/v1',
    '/apis',
    '/apis/apps',
    '/apis/apps/v1',
    '/openapi/v3',
    '/version',
  ]) {
    const { isResource, verb, path: told } = infoOf('GET', `${path}?x=y`)
    assert.deepEqual([isResource, verb, told], [false, 'get', path])
  }
  assert.equal(infoOf('POST', '/healthz').verb, 'post')
})
