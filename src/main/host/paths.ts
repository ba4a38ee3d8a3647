import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'

/** Where one node keeps what on the machine. All of it follows from the node's data directory. */
export interface NodePaths {
  readonly dataDir: string
  /** Eight hex digits that differ between data directories. */
  readonly id: string
  /** What must not outlive a boot; a short path, since sockets live in it. `/run/caravel/<id>` */
  readonly run: string
  readonly socket: string
  readonly containerd: {
    /** Images and layers; outlives everything. */
    readonly root: string
    readonly state: string
    readonly configuration: string
    readonly pidFile: string
    readonly log: string
    /** One folder per registry host with a hosts.toml, as containerd's `config_path`. */
    readonly registries: string
  }
  /** Tarballs that are imported at start. */
  readonly images: string
  readonly cni: {
    readonly configuration: string
    readonly addresses: string
    /** The CNI network's name. */
    readonly network: string
  }
  /** The parent of the pods' control groups, below the root of each hierarchy. */
  readonly cgroupParent: string
  /** The kubelet's root directory: volumes live below it. */
  readonly kubelet: string
}

/** The paths of the node with this data directory. */
export function nodePaths(dataDir: string): NodePaths {
  const data = resolve(dataDir)
  const id = createHash('sha256').update(data).digest('hex').slice(0, 8)
  const run = join('/run/caravel', id)
  const root = join(data, 'containerd')
  return {
    dataDir: data,
    id,
    run,
    socket: join(run, 'containerd.sock'),
    containerd: {
      root,
      state: join(run, 'containerd'),
      configuration: join(run, 'containerd.toml'),
      pidFile: join(run, 'containerd.pid'),
      log: join(data, 'containerd.log'),
      registries: join(data, 'certs.d'),
    },
    images: join(data, 'images'),
    cni: { configuration: join(run, 'cni'), addresses: join(run, 'addresses'), network: `caravel-${id}` },
    cgroupParent: `/caravel-${id}`,
    kubelet: join(data, 'kubelet'),
  }
}
