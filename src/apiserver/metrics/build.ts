import type { Metrics } from '../../base/metrics.ts'
import { versionOf } from '../version.ts'

/** Which program this is, as every part of Kubernetes tells it: always 1. */
export function buildInfo(metrics: Metrics): void {
  const version = versionOf()
  const labels = {
    major: version.major,
    minor: version.minor,
    git_version: version.gitVersion,
    git_commit: version.gitCommit,
    git_tree_state: version.gitTreeState,
    build_date: version.buildDate,
    go_version: version.goVersion,
    compiler: version.compiler,
    platform: version.platform,
  }
  metrics
    .gauge({
      name: 'kubernetes_build_info',
      help: 'The version of this program: always 1.',
      labels: Object.keys(labels),
    })
    .set(1, labels)
}
