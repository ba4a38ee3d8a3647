import type { Answer, PathHandler } from './contract.ts'

/** The version of the Kubernetes API that is served. */
export const apiVersion = { major: '1', minor: '36', git: 'v1.36.2+caravel' } as const

/** What `/version` tells: what clients read to know what they can ask for. `commit` and `buildDate` where a build knows them. */
export const versionOf = (build: { readonly commit?: string; readonly buildDate?: string } = {}) => ({
  major: apiVersion.major,
  minor: apiVersion.minor,
  emulationMajor: apiVersion.major,
  emulationMinor: apiVersion.minor,
  minCompatibilityMajor: apiVersion.major,
  minCompatibilityMinor: String(Number(apiVersion.minor) - 1),
  gitVersion: apiVersion.git,
  gitCommit: build.commit ?? '',
  gitTreeState: build.commit ? 'clean' : 'archive',
  buildDate: build.buildDate ?? '1970-01-01T00:00:00Z',
  goVersion: `node${process.versions.node}`,
  compiler: 'node',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
})

/** `/version`. */
export function versionPaths(build: { readonly commit?: string; readonly buildDate?: string } = {}): PathHandler {
  const answer: Answer = {
    form: 'text',
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify(versionOf(build), null, 2),
  }
  return (_request, info) => (info.path === '/version' || info.path === '/version/' ? answer : undefined)
}
