import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { APIGroupDiscoveryList, type APIResourceList, resources } from '../../api/index.ts'
import { unwrap } from '../../schema/codec/envelope.ts'
import { decodeProtobuf } from '../../schema/codec/protobuf.ts'
import { createCatalog } from '../catalog.ts'
import type { Answer, ServerRequest } from '../contract.ts'
import { requestInfo } from '../requestInfo.ts'
import { discoveryPaths } from './index.ts'
import { compareVersions } from './served.ts'

const paths = discoveryPaths(createCatalog(resources))
const nobody = { name: 'somebody', groups: [] }
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

async function get(target: string, headers: Record<string, string> = {}): Promise<Answer | undefined> {
  const request = { method: 'GET', target, headers, query: new URLSearchParams() } as unknown as ServerRequest
  return paths(request, requestInfo('GET', target, new URLSearchParams()), nobody)
}
const textOf = (answer: Answer | undefined) => {
  assert.equal(answer?.form, 'text')
  return answer?.form === 'text' ? { ...answer, body: Buffer.from(answer.body).toString() } : undefined
}
const objectOf = (answer: Answer | undefined) => (answer?.form === 'object' ? answer.object : undefined)

const reference = new URL('../../../../shared/reference/', import.meta.url)
const known = existsSync(new URL('apis-aggregated.json', reference))

interface Entry {
  resource: string
  subresources?: { subresource: string }[]
}
interface Group {
  metadata: { name?: string }
  versions: { version: string; resources: Entry[] }[]
}

for (const [path, file] of [
  ['/api', 'api-aggregated.json'],
  ['/apis', 'apis-aggregated.json'],
] as const) {
  test(`aggregated discovery of ${path} says of each kind we serve what upstream says`, { skip: !known }, async () => {
    const upstream = JSON.parse(readFileSync(new URL(file, reference), 'utf8')) as { items: Group[] }
    const ours = JSON.parse(textOf(await get(path, { accept: aggregated }))?.body ?? '') as { items: Group[] }
    const groupNames = upstream.items.map(group => group.metadata.name)
    const shared = ours.items.filter(group => groupNames.includes(group.metadata.name))
    assert.deepEqual(
      shared.map(group => group.metadata.name),
      groupNames.filter(name => shared.some(group => group.metadata.name === name)),
    )
    for (const group of shared) {
      for (const { version, resources: entries } of group.versions) {
        const theirs = upstream.items
          .find(each => each.metadata.name === group.metadata.name)
          ?.versions.find(each => each.version === version)
        if (!theirs) continue
        for (const entry of entries) {
          const wanted: Entry | undefined = theirs.resources.find(each => each.resource === entry.resource)
          if (!wanted) continue
          const subresources: Entry['subresources'] = wanted.subresources?.filter(each =>
            entry.subresources?.some(mine => mine.subresource === each.subresource),
          )
          assert.deepEqual(entry, { ...wanted, ...(subresources?.length ? { subresources } : {}) }, entry.resource)
        }
      }
    }
  })
}

test('aggregated discovery has an ETag, and nothing to say to those who know it', async () => {
  const first = textOf(await get('/apis', { accept: `${aggregated},application/json` }))
  assert.equal(first?.contentType, aggregated)
  const etag = first?.headers?.etag ?? ''
  assert.match(etag, /^"[0-9A-F]{128}"$/)
  const again = textOf(await get('/apis', { accept: aggregated, 'if-none-match': etag }))
  assert.deepEqual([again?.status, again?.body], [304, ''])
})

test('aggregated discovery comes in protobuf too, with the same content', async () => {
  const answer = await get('/apis', { accept: aggregated.replace('json', 'vnd.kubernetes.protobuf') })
  assert.equal(answer?.form, 'text')
  if (answer?.form !== 'text') return
  const { raw } = unwrap(answer.body as Uint8Array)
  const list = decodeProtobuf(APIGroupDiscoveryList, raw)
  const json = JSON.parse(textOf(await get('/apis', { accept: aggregated }))?.body ?? '')
  assert.deepEqual(
    list.items.map(group => group.metadata.name),
    json.items.map((group: Group) => group.metadata.name),
  )
})

test('clients that ask for no aggregated form get the older documents', async () => {
  for (const accept of [undefined, 'application/json', 'application/json, */*', `application/json,${aggregated}`]) {
    const groups = objectOf(await get('/apis', accept ? { accept } : {})) as { kind: string }
    assert.equal(groups.kind, 'APIGroupList', accept ?? 'nothing')
  }
  assert.deepEqual((objectOf(await get('/api', { host: '127.0.0.1:6443' })) as { versions: string[] }).versions, ['v1'])
})

test('the document of a version lists resources and what lies below them', async () => {
  const list = objectOf(await get('/apis/apps/v1')) as APIResourceList
  assert.equal(list.groupVersion, 'apps/v1')
  assert.deepEqual(
    list.resources.filter(each => each.name.startsWith('deployments')),
    [
      {
        name: 'deployments',
        singularName: 'deployment',
        namespaced: true,
        kind: 'Deployment',
        verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
        shortNames: ['deploy'],
        categories: ['all'],
        storageVersionHash: '8aSe+NMegvE=',
      },
      {
        name: 'deployments/scale',
        singularName: '',
        namespaced: true,
        group: 'autoscaling',
        version: 'v1',
        kind: 'Scale',
        verbs: ['get', 'patch', 'update'],
      },
      {
        name: 'deployments/status',
        singularName: '',
        namespaced: true,
        kind: 'Deployment',
        verbs: ['get', 'patch', 'update'],
      },
    ],
  )
})

test('groups that upstream has given up stand last', async () => {
  const json = JSON.parse(textOf(await get('/apis', { accept: aggregated }))?.body ?? '') as { items: Group[] }
  assert.equal(json.items.at(-1)?.metadata.name, 'extensions')
})

test('versions are ordered by how far they have come', () => {
  const sorted = ['v1alpha1', 'v1', 'v2beta1', 'odd', 'v2', 'v1beta2', 'v1beta1'].sort(compareVersions)
  assert.deepEqual(sorted, ['v2', 'v1', 'v2beta1', 'v1beta2', 'v1beta1', 'v1alpha1', 'odd'])
})

test('what is not served is left to others', async () => {
  assert.equal(await get('/apis/nothing.example'), undefined)
  assert.equal(await get('/apis/apps/v2'), undefined)
})

test('the root lists the paths', async () => {
  const { paths: listed } = JSON.parse(textOf(await get('/'))?.body ?? '') as { paths: string[] }
  for (const path of ['/api', '/api/v1', '/apis/apps/v1', '/readyz', '/openapi/v3'])
    assert.ok(listed.includes(path), path)
})
