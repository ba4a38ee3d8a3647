import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resourceClaims } from './resourceClaim.ts'
import { resourceClaimTemplates } from './resourceClaimTemplate.ts'
import { resourceSlices } from './resourceSlice.ts'

const metadata = { name: 'o' }
const version = <T extends { versions?: readonly { version: string }[] }>(of: T) => {
  const found = of.versions?.find(each => each.version === 'v1beta1')
  assert.ok(found)
  return found as NonNullable<T['versions']>[number]
}
const beta = [
  { name: 'a', deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 2, adminAccess: true },
  { name: 'b', deviceClassName: '', firstAvailable: [{ name: 'c', deviceClassName: 'gpu' }] },
]
const stored = [
  { name: 'a', exactly: { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 2, adminAccess: true } },
  { name: 'b', firstAvailable: [{ name: 'c', deviceClassName: 'gpu' }] },
]

test('in v1beta1 a request says what it wants beside its name', () => {
  const claims = version(resourceClaims)
  const claim = claims.up({ metadata, spec: { devices: { requests: beta } }, status: {} })
  assert.deepEqual(claim.spec, { devices: { requests: stored } })
  assert.deepEqual((claims.down(claim) as { spec: object }).spec, { devices: { requests: beta } })
  const templates = version(resourceClaimTemplates)
  const template = templates.up({ metadata, spec: { metadata: {}, spec: { devices: { requests: beta } } } })
  assert.deepEqual(template.spec, { metadata: {}, spec: { devices: { requests: stored } } })
  assert.deepEqual((templates.down(template) as { spec: object }).spec, {
    metadata: {},
    spec: { devices: { requests: beta } },
  })
})

test('in v1beta1 what a device is like stands in an object of its own', () => {
  const slices = version(resourceSlices)
  const spec = { driver: 'd', pool: { name: 'p', generation: 1, resourceSliceCount: 1 } }
  const slice = slices.up({
    metadata,
    spec: { ...spec, devices: [{ name: 'x', basic: { nodeName: 'n' } }, { name: 'y' }] },
  })
  assert.deepEqual(slice.spec.devices, [{ name: 'x', nodeName: 'n' }, { name: 'y' }])
  assert.deepEqual((slices.down(slice) as { spec: { devices: object } }).spec.devices, [
    { name: 'x', basic: { nodeName: 'n' } },
    { name: 'y', basic: {} },
  ])
})
