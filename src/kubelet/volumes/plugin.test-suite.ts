import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { ConfigMap } from '../../api/core/configMap.ts'
import type { Secret } from '../../api/core/secret.ts'
import { notFound } from '../../api/meta/statusError.ts'
import { createVirtualClock, type VirtualClock } from '../../base/virtualClock.ts'
import type { Pod, Volume } from '../pod.ts'
import type { Mounter } from './mounter.ts'
import type { MountInfo } from './mountinfo.ts'
import type { VolumeDeps, VolumePlugin } from './plugin.ts'

/** What plugins are tried in: a directory of their own, mounts that are only written down, objects that can be changed. */
export interface VolumeWorld {
  readonly root: string
  readonly clock: VirtualClock
  readonly deps: VolumeDeps
  readonly configMaps: Map<string, ConfigMap>
  readonly secrets: Map<string, Secret>
  /** Mount points, and what was mounted there. */
  readonly mounts: Map<string, string>
  pod: Pod
  /** Sets the volume up in a directory of its own. */
  setUp(plugin: VolumePlugin, source: object, name?: string): ReturnType<VolumePlugin['setUp']>
}

/** A mounter that only keeps the books. */
export function fakeMounter(mounts: Map<string, string>): Mounter {
  const info = (mountPoint: string): MountInfo => ({ root: '/', mountPoint, type: 'x', source: 'x', superOptions: [] })
  return {
    list: async () => [...mounts.keys()].map(info),
    tmpfs: async (target, size) => void mounts.set(target, `tmpfs ${size}`),
    bind: async (source, target) => void mounts.set(target, source),
    unmount: async target => void mounts.delete(target),
  }
}

export function volumeWorld(context: TestContext): VolumeWorld {
  const root = mkdtempSync(join(tmpdir(), 'caravel-volumes-'))
  context.after(() => rmSync(root, { recursive: true, force: true }))
  const clock = createVirtualClock(1_700_000_000_000)
  const configMaps = new Map<string, ConfigMap>()
  const secrets = new Map<string, Secret>()
  const mounts = new Map<string, string>()
  const found = <T>(objects: Map<string, T>, name: string, kind: string): Promise<T> => {
    const object = objects.get(name)
    return object ? Promise.resolve(object) : Promise.reject(notFound({ group: '', plural: kind }, name))
  }
  const world: VolumeWorld = {
    root,
    clock,
    configMaps,
    secrets,
    mounts,
    pod: { metadata: { name: 'p', namespace: 'ns', uid: 'u' }, spec: { containers: [] }, status: {} } as unknown as Pod,
    deps: {
      clock,
      mounter: fakeMounter(mounts),
      references: {
        configMap: (_, name) => found(configMaps, name, 'configmap'),
        secret: (_, name) => found(secrets, name, 'secret'),
      },
      tokens: {
        token: async (_, audience, seconds) => ({
          token: `token for ${audience}`,
          refreshAt: clock.now() + seconds * 800,
        }),
        release() {},
      },
      allocatable: () => ({ cpu: '4' }),
    },
    setUp: (plugin, source, name = 'v') =>
      plugin.setUp(
        {
          pod: world.pod,
          volume: { name, [plugin.source]: source } as Volume,
          directory: join(root, plugin.directory, name),
        },
        world.deps,
      ),
  }
  return world
}

/** The files users see below a path, with contents and permissions; what begins with `..` is the writer's own. */
export async function tree(path: string, at = ''): Promise<Record<string, string>> {
  const seen: Record<string, string> = {}
  for (const name of (await readdir(join(path, at))).sort()) {
    if (at === '' && name.startsWith('..')) continue
    const inside = join(at, name)
    const entries = await readdir(join(path, inside)).catch(() => undefined)
    if (entries) Object.assign(seen, await tree(path, inside))
    else {
      const real = await readFile(join(path, inside), 'utf8')
      const { mode } = await lstat(await realOf(join(path, inside)))
      seen[inside] = `${(mode & 0o777).toString(8)} ${real}`
    }
  }
  return seen
}

const realOf = async (path: string) => (await import('node:fs/promises')).realpath(path)

/** What every plugin promises. `source`: a valid volume of its type; `prepare` makes what that needs. */
export function pluginSuite(
  plugin: VolumePlugin,
  source: object,
  prepare: (world: VolumeWorld) => void = () => {},
): void {
  test(`${plugin.source}: setting up twice changes nothing`, async context => {
    const world = volumeWorld(context)
    prepare(world)
    const first = await world.setUp(plugin, source)
    const mounts = new Map(world.mounts)
    const stats = await lstat(first.path)
    const again = await world.setUp(plugin, source)
    assert.equal(again.path, first.path)
    assert.deepEqual(world.mounts, mounts)
    assert.equal((await lstat(again.path)).ino, stats.ino)
  })

  test(`${plugin.source}: two volumes of one pod are apart`, async context => {
    const world = volumeWorld(context)
    prepare(world)
    const [a, b] = [await world.setUp(plugin, source, 'a'), await world.setUp(plugin, source, 'b')]
    const own = plugin.source !== 'hostPath'
    assert.equal(a.path !== b.path, own)
    if (own) assert.ok(a.path.startsWith(world.root) && b.path.startsWith(world.root))
  })
}
