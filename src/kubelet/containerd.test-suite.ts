import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createChannel } from './cri/grpc.ts'
import { createRuntime } from './cri/runtime.ts'

const home = join(import.meta.dirname, '../..')
const images = join(home, '.caravel/images')

/** Why tests with real containers can't run here; false when they can. */
export const skip = ((): string | false => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux'
  for (const needed of ['/usr/bin/containerd', '/usr/lib/cni/bridge', join(images, 'nginx.tar')]) {
    if (!existsSync(needed)) return `needs ${needed}: run scripts/setup and scripts/images`
  }
  return false
})()

export interface TestContainerd {
  readonly socket: string
  readonly directory: string
  /** Kills containerd without a word and starts it again. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** A containerd of the test's own, with pause, busybox and nginx, and a bridge for its pods. */
export async function startTestContainerd(subnet: string): Promise<TestContainerd> {
  const directory = mkdtempSync(join(tmpdir(), 'caravel-kubelet-'))
  const socket = join(directory, 'containerd.sock')
  const bridge = `ckt${process.pid}`.slice(0, 15)
  const netConf = join(directory, 'cni')
  mkdirSync(netConf)
  writeFileSync(join(netConf, '10-bridge.conflist'), JSON.stringify(network(bridge, subnet, directory)))
  writeFileSync(join(directory, 'config.toml'), configuration(directory, socket, netConf))

  let child = launch()
  function launch() {
    const log = openSync(join(directory, 'log'), 'a')
    return spawn('/usr/bin/containerd', ['--config', join(directory, 'config.toml')], {
      stdio: ['ignore', log, log],
      env: { ...process.env, PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    })
  }
  async function ready() {
    const channel = createChannel(`unix://${socket}`)
    const deadline = Date.now() + 20_000
    for (;;) {
      try {
        await createRuntime(channel).version()
        break
      } catch (error) {
        if (Date.now() > deadline) {
          throw new Error(`containerd does not answer: ${readFileSync(join(directory, 'log'), 'utf8').slice(-2000)}`, {
            cause: error,
          })
        }
        await pause(20)
      }
    }
    channel.close()
  }
  async function end() {
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  await ready()
  for (const name of ['pause', 'busybox', 'nginx']) {
    execFileSync('ctr', ['--address', socket, '-n', 'k8s.io', 'images', 'import', join(images, `${name}.tar`)])
  }
  return {
    socket,
    directory,
    async restart() {
      await end()
      child = launch()
      await ready()
    },
    async stop() {
      // Last in, first out, and each whatever became of the others.
      await using ends = new AsyncDisposableStack()
      ends.defer(() => {
        if (existsSync(`/sys/class/net/${bridge}`)) execFileSync('ip', ['link', 'delete', bridge])
      })
      ends.defer(() => {
        // Mounts that a sandbox's end left to containerd.
        const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
          .split('\n')
          .map(line => line.split(' ')[4] ?? '')
        for (const point of mounts.filter(each => each.startsWith(directory)).reverse()) execFileSync('umount', [point])
        rmSync(directory, { recursive: true, force: true })
      })
      ends.defer(end)
      const channel = createChannel(`unix://${socket}`)
      ends.defer(() => channel.close())
      const runtime = createRuntime(channel)
      for (const { id } of await runtime.listSandboxes()) {
        await runtime.stopSandbox(id)
        await runtime.removeSandbox(id)
      }
    },
  }
}

const network = (bridge: string, subnet: string, directory: string) => ({
  cniVersion: '1.0.0',
  name: bridge,
  plugins: [
    {
      type: 'bridge',
      bridge,
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: join(directory, 'ipam'),
        ranges: [[{ subnet }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true }, backend: 'iptables' },
  ],
})

const configuration = (directory: string, socket: string, netConf: string) => `version = 2
root = "${directory}/root"
state = "${directory}/state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${sandboxImage()}"
  restrict_oom_score_adj = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${netConf}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
      Root = "${directory}/runc"
`

/** The name the pause tarball gives its image. */
function sandboxImage(): string {
  const manifest = execFileSync('tar', ['-xOf', join(images, 'pause.tar'), 'manifest.json']).toString()
  return (JSON.parse(manifest) as { RepoTags: string[] }[])[0]?.RepoTags[0] ?? ''
}
