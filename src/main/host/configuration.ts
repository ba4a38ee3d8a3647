import type { NodePaths } from './paths.ts'

export interface ContainerdSettings {
  /** The image of the container that holds a pod's namespaces. */
  readonly sandboxImage: string
  /** `overlayfs`, or `native` on a file system that cannot carry overlays. */
  readonly snapshotter: string
  /** Where the CNI plugins are. */
  readonly cniPlugins: string
  /** The network namespace it is started in. */
  readonly netns?: string
}

const text = (value: string) => JSON.stringify(value)

/**
 * The configuration file of a node's containerd (versions 1.6 and 1.7; version 2 reads it too and migrates it):
 * everything it keeps is below the node's own directories.
 */
export function containerdConfiguration(paths: NodePaths, settings: ContainerdSettings): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"'
  return `# Made by Caravel at every start. Network namespace: ${settings.netns ?? 'of the host'}
version = 2
root = ${text(paths.containerd.root)}
state = ${text(paths.containerd.state)}
# "opt" makes /opt/containerd; the others look for devices and file systems that are not used.
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]

[grpc]
  address = ${text(paths.socket)}

[${cri}]
  sandbox_image = ${text(settings.sandboxImage)}
  # Without CAP_SYS_RESOURCE nobody can lower an oom score; with it this changes nothing.
  restrict_oom_score_adj = true
  # Hybrid control groups may lack the hugetlb controller.
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  # Then a forced clean-up finds them by their path.
  netns_mounts_under_state_dir = true

  [${cri}.cni]
    bin_dir = ${text(settings.cniPlugins)}
    conf_dir = ${text(paths.cni.configuration)}

  [${cri}.containerd]
    snapshotter = ${text(settings.snapshotter)}
    default_runtime_name = "runc"

    [${cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [${cri}.containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = ${text(`${paths.run}/runc`)}

  [${cri}.registry]
    config_path = ${text(paths.containerd.registries)}
`
}
