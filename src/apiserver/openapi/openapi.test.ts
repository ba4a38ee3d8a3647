import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resources } from '../../api/index.ts'
import { decodeProtobuf } from '../../schema/codec/protobuf.ts'
import { createCatalog } from '../catalog.ts'
import type { ServerRequest } from '../contract.ts'
import { requestInfo } from '../requestInfo.ts'
import { DocumentMessage } from './gnostic.ts'
import { openapiPaths } from './index.ts'

const paths = openapiPaths(createCatalog(resources))

async function get(target: string, headers: Record<string, string> = {}) {
  const query = new URL(target, 'http://x').searchParams
  const request = { method: 'GET', target, headers, query } as unknown as ServerRequest
  const answer = await paths(request, requestInfo('GET', target, query), { name: 'somebody', groups: [] })
  assert.ok(answer?.form === 'text')
  return { ...answer, body: Buffer.from(answer.body).toString() }
}

interface Document {
  paths: Record<string, Record<string, { parameters?: { name: string }[]; [key: string]: unknown }>>
  components: { schemas: Record<string, { properties?: Record<string, unknown>; [key: string]: unknown }> }
}
const documentOf = async (path: string) => JSON.parse((await get(`/openapi/v3/${path}`)).body) as Document

test('the index leads to every group and version, by the hash of its document', async () => {
  const index = JSON.parse((await get('/openapi/v3')).body) as { paths: Record<string, { serverRelativeURL: string }> }
  assert.ok(['api/v1', 'apis/apps/v1', 'apis/rbac.authorization.k8s.io/v1'].every(path => index.paths[path]))
  const { serverRelativeURL } = index.paths['apis/apps/v1'] ?? { serverRelativeURL: '' }
  const answer = await get(serverRelativeURL)
  assert.equal(answer.headers?.['cache-control'], 'public, immutable, max-age=31536000')
  const { etag = '' } = answer.headers ?? {}
  assert.equal((await get('/openapi/v3/apis/apps/v1', { 'if-none-match': etag })).status, 304)
  const moved = await get('/openapi/v3/apis/apps/v1?hash=OLD')
  assert.deepEqual([moved.status, moved.headers?.location], [301, serverRelativeURL])
})

test('every reference of every document leads somewhere', async () => {
  const index = JSON.parse((await get('/openapi/v3')).body) as { paths: Record<string, unknown> }
  for (const path of Object.keys(index.paths)) {
    const document = await documentOf(path)
    const names = new Set(Object.keys(document.components.schemas))
    for (const [, name = ''] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(names.has(name), `${path}: ${name}`)
    }
  }
})

test('kubectl finds the kind of a path, and that writes can be dry and validated', async () => {
  const { paths: all } = await documentOf('apis/apps/v1')
  const patch = all['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch
  assert.deepEqual(patch?.['x-kubernetes-group-version-kind'], { group: 'apps', kind: 'Deployment', version: 'v1' })
  const names = patch?.parameters?.map(each => each.name)
  assert.deepEqual(names, ['dryRun', 'fieldManager', 'fieldValidation', 'force'])
  assert.equal(patch?.operationId, 'patchAppsV1NamespacedDeployment')
})

test('a schema names its kind and tells how its lists are merged', async () => {
  const { schemas } = (await documentOf('api/v1')).components
  assert.deepEqual(schemas['io.k8s.api.core.v1.Pod']?.['x-kubernetes-group-version-kind'], [
    { group: '', kind: 'Pod', version: 'v1' },
  ])
  const container = schemas['io.k8s.api.core.v1.Container']?.properties ?? {}
  const { description, ...ports } = container.ports as { description: string }
  assert.ok(description.length > 10)
  assert.deepEqual(ports, {
    items: { $ref: '#/components/schemas/io.k8s.api.core.v1.ContainerPort' },
    type: 'array',
    'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-patch-merge-key': 'containerPort',
    'x-kubernetes-patch-strategy': 'merge',
  })
})

test('OpenAPI v2 has all schemas in one document, in JSON and in protobuf', async () => {
  const { definitions } = JSON.parse((await get('/openapi/v2')).body) as { definitions: Record<string, unknown> }
  const { Deployment, Quantity, IntOrString } = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [
      name.replace(/^io\.k8s\.api\.apps\.v1\.|^.*\.(?=Quantity$|IntOrString$)/, ''),
      schema,
    ]),
  ) as Record<string, { properties: Record<string, { $ref?: string }>; type: string }>
  assert.equal(Deployment?.properties.spec?.$ref, '#/definitions/io.k8s.api.apps.v1.DeploymentSpec')
  assert.deepEqual([Quantity?.type, IntOrString?.type], ['string', 'string'])
  for (const [, name = ''] of JSON.stringify(definitions).matchAll(/"#\/definitions\/([^"]+)"/g))
    assert.ok(definitions[name], name)
  const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
  const query = new URLSearchParams()
  const request = { method: 'GET', target: '/openapi/v2', headers: { accept }, query } as unknown as ServerRequest
  const answer = await paths(request, requestInfo('GET', '/openapi/v2', query), { name: 'somebody', groups: [] })
  assert.ok(answer?.form === 'text' && answer.contentType === accept.replace('@', '.'))
  const message = decodeProtobuf(DocumentMessage, answer.body as Uint8Array)
  const names = message.definitions?.additional_properties?.map(each => each.name)
  assert.deepEqual(names, Object.keys(definitions))
})

test('only JSON is spoken', async () => {
  await assert.rejects(get('/openapi/v3', { accept: 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf' }), {
    reason: 'NotAcceptable',
  })
})
