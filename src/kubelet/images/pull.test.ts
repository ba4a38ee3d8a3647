import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { RuntimeError } from '../cri/grpc.ts'
import type { Image, ImageStore } from '../cri/images.ts'
import type { Container, Pod } from '../pod.ts'
import type { StartError } from '../sync/startError.ts'
import { createImages } from './pull.ts'

const pod = { metadata: { name: 'p', namespace: 'ns', uid: 'u' } } as Pod
const about = { apiVersion: 'v1', kind: 'Pod', name: 'p' }

function world(has: string[], available: string[]) {
  const clock = createVirtualClock(0)
  const told: string[] = []
  const pulled: string[] = []
  const present = new Set(has)
  const store = {
    status: async (name: string) =>
      present.has(name) ? ({ id: `id-${name}`, size: 7, username: '' } as Image) : undefined,
    pull: async (name: string) => {
      pulled.push(name)
      if (!available.includes(name)) throw new RuntimeError('NOT_FOUND', `${name}: not found`, 'PullImage')
      present.add(name)
      return name
    },
  } as unknown as ImageStore
  const images = createImages({
    store,
    clock,
    events: {
      record: (_, type, reason, message) => void told.push(`${type} ${reason}: ${message}`),
      flush: async () => {},
    },
    preloaded: name => name === 'shipped:latest',
  })
  const ensure = (image: string, imagePullPolicy: string) =>
    images
      .ensure(pod, { image, imagePullPolicy } as Container, about, async () => [], new AbortController().signal)
      .catch((error: StartError) => `${error.reason}: ${error.message}`)
  return { clock, told, pulled, ensure }
}

test('the pull policy decides whether an image is fetched', async () => {
  const { ensure, pulled } = world(['here:1', 'shipped:latest'], ['here:1', 'new:latest'])
  const root = (ref: string) => ({ ref, uid: 0 })
  assert.deepEqual(await ensure('here:1', 'IfNotPresent'), root('id-here:1'))
  assert.deepEqual(await ensure('here:1', 'Never'), root('id-here:1'))
  assert.deepEqual(await ensure('shipped', 'Always'), root('id-shipped:latest'))
  assert.deepEqual(pulled, [])
  assert.deepEqual(await ensure('here:1', 'Always'), root('id-here:1'))
  assert.deepEqual(await ensure('new', 'IfNotPresent'), root('id-new:latest'))
  assert.deepEqual(pulled, ['here:1', 'new:latest'])
  assert.equal(
    await ensure('none', 'Never'),
    'ErrImageNeverPull: Container image "none" is not present with pull policy of Never',
  )
  assert.match(
    String(await ensure('No Name', 'Always')),
    /^InvalidImageName: Failed to apply default image tag "No Name": /,
  )
})

test('a pull that failed is held back, longer each time, and says why', async () => {
  const { ensure, clock, told, pulled } = world([], [])
  const why = 'rpc error: code = NotFound desc = gone:1: not found'
  assert.equal(await ensure('gone:1', 'Always'), `ErrImagePull: ${why}`)
  const held = `ImagePullBackOff: Back-off pulling image "gone:1": ErrImagePull: ${why}`
  assert.equal(await ensure('gone:1', 'Always'), held)
  await clock.advance(10_000)
  assert.equal(await ensure('gone:1', 'Always'), `ErrImagePull: ${why}`)
  await clock.advance(19_999)
  assert.equal(await ensure('gone:1', 'Always'), held)
  assert.equal(pulled.length, 2)
  assert.deepEqual(told.slice(0, 3), [
    'Normal Pulling: Pulling image "gone:1"',
    `Warning Failed: Failed to pull image "gone:1": ${why}`,
    'Normal BackOff: Back-off pulling image "gone:1"',
  ])
})
