import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ConfigMap } from '../../api/core/configMap.ts'
import type { Secret } from '../../api/core/secret.ts'
import type { Pod } from '../pod.ts'
import { configMap } from './configMap.ts'
import { downwardApi } from './downwardApi.ts'
import { emptyDir } from './emptyDir.ts'
import { hostPath } from './hostPath.ts'
import { createVolumes } from './mount.ts'
import { fakeMounter, pluginSuite, tree, type VolumeWorld, volumeWorld } from './plugin.test-suite.ts'
import { projected } from './projected.ts'
import { secret } from './secret.ts'
import { mountSubPath } from './subPath.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const withObjects = (world: VolumeWorld) => {
  const metadata = { name: 'm' }
  world.configMaps.set('m', {
    metadata,
    data: { a: '1', b: '2' },
    binaryData: { bin: base64('\x00\x01') },
  } as ConfigMap)
  world.secrets.set('s', { metadata: { name: 's' }, data: { k: base64('hidden') } } as Secret)
}

pluginSuite(emptyDir, {})
pluginSuite(hostPath, { path: '/tmp', type: 'Directory' })
pluginSuite(configMap, { name: 'm' }, withObjects)
pluginSuite(secret, { secretName: 's' }, withObjects)
pluginSuite(downwardApi, { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] })
pluginSuite(projected, { sources: [{ secret: { name: 's' } }, { configMap: { name: 'm' } }] }, withObjects)

test('an emptyDir is for everybody; in memory it is bounded by itself and by the pod', async context => {
  const world = volumeWorld(context)
  const { path } = await world.setUp(emptyDir, {})
  assert.equal((await lstat(path)).mode & 0o7777, 0o777)
  const memory = async (name: string, sizeLimit?: string, limit?: string) => {
    const resources = limit ? { limits: { memory: limit } } : {}
    world.pod = { ...world.pod, spec: { containers: [{ name: 'c', resources }] } } as Pod
    const made = await world.setUp(emptyDir, { medium: 'Memory', ...(sizeLimit ? { sizeLimit } : {}) }, name)
    return world.mounts.get(made.path)
  }
  assert.deepEqual(
    [
      await memory('a'),
      await memory('b', '1Mi'),
      await memory('c', '1Mi', '512Ki'),
      await memory('d', undefined, '2Mi'),
    ],
    ['tmpfs 0', 'tmpfs 1048576', 'tmpfs 524288', 'tmpfs 2097152'],
  )
})

test('a hostPath is what its type says', async context => {
  const world = volumeWorld(context)
  const at = (name: string) => join(world.root, name)
  writeFileSync(at('file'), '')
  mkdirSync(at('directory'))
  const fine: [string, string][] = [
    ['file', 'File'],
    ['directory', 'Directory'],
    ['anything', ''],
    ['made', 'DirectoryOrCreate'],
    ['touched', 'FileOrCreate'],
    ['file', 'FileOrCreate'],
  ]
  for (const [name, type] of fine)
    assert.deepEqual(await world.setUp(hostPath, { path: at(name), type }), { path: at(name) })
  assert.deepEqual(readdirSync(world.root).sort(), ['directory', 'file', 'made', 'touched'])
  const wrong: [string, string][] = [
    ['file', 'Directory'],
    ['directory', 'File'],
    ['none', 'File'],
    ['file', 'Socket'],
    ['file', 'DirectoryOrCreate'],
  ]
  for (const [name, type] of wrong) {
    await assert.rejects(
      world.setUp(hostPath, { path: at(name), type }),
      /hostPath type check failed: .* is not a/,
      type,
    )
  }
})

test('data of maps and secrets shows as files, all or the chosen ones', async context => {
  const world = volumeWorld(context)
  withObjects(world)
  const shown = async (source: object, name: string, plugin = configMap) =>
    tree((await world.setUp(plugin, source, name)).path)
  assert.deepEqual(await shown({ name: 'm' }, 'all'), { a: '644 1', b: '644 2', bin: '644 \x00\x01' })
  assert.deepEqual(
    await shown(
      {
        name: 'm',
        defaultMode: 0o400,
        items: [
          { key: 'b', path: 'x/y/z' },
          { key: 'a', path: 'x/a', mode: 0o755 },
        ],
      },
      'some',
    ),
    {
      'x/a': '755 1',
      'x/y/z': '400 2',
    },
  )
  assert.deepEqual(await shown({ name: 'none', optional: true }, 'none'), {})
  assert.deepEqual(await shown({ secretName: 's' }, 'secret', secret), { k: '644 hidden' })
  assert.match(world.mounts.get(join(world.root, secret.directory, 'secret')) ?? '', /^tmpfs/)
  await assert.rejects(world.setUp(configMap, { name: 'none' }), { message: 'configmap "none" not found' })
  await assert.rejects(world.setUp(configMap, { name: 'm', items: [{ key: 'z', path: 'z' }] }), {
    message: 'configmap references non-existent config key: z',
  })
  for (const path of ['../x', '/x', 'a/../../x', '..data']) {
    await assert.rejects(world.setUp(configMap, { name: 'm', items: [{ key: 'a', path }] }), /invalid path/, path)
  }
})

test('a change shows all at once, and what is gone goes', async context => {
  const world = volumeWorld(context)
  withObjects(world)
  const source = { name: 'm' }
  const { path } = await world.setUp(configMap, source)
  const before = await readlink(join(path, '..data'))
  await world.setUp(configMap, source)
  assert.equal(await readlink(join(path, '..data')), before)
  world.configMaps.set('m', { metadata: { name: 'm' }, data: { b: 'new', c: '3' } } as ConfigMap)
  await world.setUp(configMap, source)
  assert.deepEqual(await tree(path), { b: '644 new', c: '644 3' })
  assert.notEqual(await readlink(join(path, '..data')), before)
  assert.deepEqual(readdirSync(path).sort(), [await readlink(join(path, '..data')), '..data', 'b', 'c'].sort())
})

test('what a writer that was cut off left behind is cleared away', async context => {
  const world = volumeWorld(context)
  withObjects(world)
  const { path } = await world.setUp(configMap, { name: 'm' })
  mkdirSync(join(path, '..2000_half'))
  symlinkSync('..2000_half', join(path, '..data_tmp'))
  await world.setUp(configMap, { name: 'm' })
  assert.equal(existsSync(join(path, '..2000_half')), false)
  world.configMaps.set('m', { metadata: { name: 'm' }, data: { a: 'x' } } as ConfigMap)
  await world.setUp(configMap, { name: 'm' })
  assert.deepEqual(await tree(path), { a: '644 x' })
})

test('the downward API tells of the pod, and follows its labels', async context => {
  const world = volumeWorld(context)
  const source = {
    items: [
      { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
      { path: 'cpu', resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '1m' } },
    ],
  }
  const labelled = (labels: object) =>
    ({
      ...world.pod,
      metadata: { ...world.pod.metadata, labels },
      spec: { containers: [{ name: 'c', resources: {} }] },
    }) as Pod
  world.pod = labelled({ a: '1' })
  const { path } = await world.setUp(downwardApi, source)
  assert.deepEqual(await tree(path), { labels: '644 a="1"', cpu: '644 4000' })
  world.pod = labelled({ a: '2' })
  await world.setUp(downwardApi, source)
  assert.deepEqual(await tree(path), { labels: '644 a="2"', cpu: '644 4000' })
})

test('a projected volume holds all its sources, and wants to be renewed with its tokens', async context => {
  const world = volumeWorld(context)
  withObjects(world)
  const { path, refreshAt } = await world.setUp(projected, {
    defaultMode: 0o440,
    sources: [
      { serviceAccountToken: { path: 'token', audience: 'me', expirationSeconds: 600 } },
      { configMap: { name: 'm', items: [{ key: 'a', path: 'ca' }] } },
      { secret: { name: 's' } },
      { downwardAPI: { items: [{ path: 'ns', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  })
  assert.deepEqual(await tree(path), { ca: '440 1', k: '440 hidden', ns: '440 ns', token: '440 token for me' })
  assert.equal(refreshAt, world.clock.now() + 480_000)
})

test('the group of the pod may use its volumes', { skip: process.getuid?.() !== 0 && 'needs root' }, async context => {
  const world = volumeWorld(context)
  withObjects(world)
  world.pod = { ...world.pod, spec: { containers: [], securityContext: { fsGroup: 4321 } } } as unknown as Pod
  const { path } = await world.setUp(emptyDir, {})
  const { gid, mode } = await lstat(path)
  assert.deepEqual([gid, mode & 0o7777], [4321, 0o2777])
  const map = await world.setUp(configMap, { name: 'm', defaultMode: 0o400 })
  assert.deepEqual((await tree(map.path)).a, '440 1')
  const data = await lstat(join(map.path, await readlink(join(map.path, '..data')), 'a'))
  assert.equal(data.gid, 4321)
  // Setting it up again must not take the wider mode for a change.
  const before = await readlink(join(map.path, '..data'))
  await world.setUp(configMap, { name: 'm', defaultMode: 0o400 })
  assert.equal(await readlink(join(map.path, '..data')), before)
})

test('a part of a volume is mounted, and never one outside of it', async context => {
  const world = volumeWorld(context)
  const volume = join(world.root, 'volume')
  mkdirSync(join(volume, 'in'), { recursive: true })
  writeFileSync(join(volume, 'file'), '')
  symlinkSync('/etc', join(volume, 'out'))
  symlinkSync('in', join(volume, 'link'))
  const mount = (subPath: string) =>
    mountSubPath(world.deps.mounter, volume, subPath, join(world.root, 'targets', encodeURIComponent(subPath)))
  for (const subPath of ['in', 'new/deep', 'file', 'link', './in']) await mount(subPath)
  assert.equal(world.mounts.size, 5)
  assert.ok(existsSync(join(volume, 'new/deep')))
  for (const subPath of ['../x', 'in/../../x', '/etc', 'out', 'out/passwd'])
    await assert.rejects(mount(subPath), subPath)
  assert.equal(world.mounts.size, 5)
})

test('a pod gets the volumes its containers use; what fails is named, unknown types too', async context => {
  const world = volumeWorld(context)
  const volumes = createVolumes(() => world.deps, world.deps.mounter, world.root)
  const pod = (spec: object) => ({ metadata: { uid: 'u', namespace: 'ns' }, spec }) as Pod
  const using = (...names: string[]) => [
    { name: 'c', volumeMounts: names.map(name => ({ name, mountPath: `/${name}` })) },
  ]
  const mounted = await volumes.mount(
    pod({
      containers: using('a'),
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'unused', nfs: {} },
      ],
    }),
  )
  assert.deepEqual([...mounted.byName], [['a', { path: join(world.root, 'pods/u/volumes/kubernetes.io~empty-dir/a') }]])
  await assert.rejects(
    volumes.mount(
      pod({
        containers: using('a', 'b'),
        volumes: [
          { name: 'a', nfs: {} },
          { name: 'b', configMap: { name: 'x' } },
        ],
      }),
    ),
    (error: AggregateError) => {
      assert.deepEqual(
        error.errors.map(each => each.message),
        [
          'MountVolume.SetUp failed for volume "a" : no volume plugin matched: this node does not know volumes of type nfs',
          'MountVolume.SetUp failed for volume "b" : configmap "x" not found',
        ],
      )
      return true
    },
  )
})

test("removing a pod's volumes unmounts first, and never removes through a mount", async context => {
  const world = volumeWorld(context)
  const order: string[] = []
  const books = fakeMounter(world.mounts)
  let stuck = false
  const mounter = {
    ...books,
    unmount: async (target: string) => {
      order.push(target)
      if (!stuck) await books.unmount(target)
    },
  }
  const volumes = createVolumes(() => world.deps, mounter, world.root)
  const at = (name: string) => join(world.root, 'pods/u', name)
  mkdirSync(at('a/b'), { recursive: true })
  for (const point of [at('a'), at('a/b'), '/elsewhere']) world.mounts.set(point, 'x')
  stuck = true
  await assert.rejects(volumes.remove('u'), /still mounted/)
  assert.ok(existsSync(at('a/b')))
  stuck = false
  order.length = 0
  await volumes.remove('u')
  assert.deepEqual(order, [at('a/b'), at('a')])
  assert.equal(existsSync(at('')), false)
  assert.deepEqual(await volumes.uids(), [])
})
