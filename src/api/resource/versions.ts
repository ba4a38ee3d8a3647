import { removedVersion } from '../versions.ts'

export const group = 'resource.k8s.io'
export const stored = `${group}/v1`

const releases = { v1beta2: ['1.36', '1.39'], v1beta1: ['1.35', '1.38'] } as const

/** Upstream's warning about a version from before v1. */
export function deprecation(version: keyof typeof releases, kind: string): string {
  const [deprecated, removed] = releases[version]
  return removedVersion(`${group}/${version}`, kind, deprecated, removed)
}
