import { dataDirectory } from '../cluster.ts'
import type { Carry } from '../commandLine.ts'
import { createProgress } from '../progress.ts'
import { bringUp, type UpCluster } from '../up.ts'
import { untilSignal } from './signals.ts'

export const up: Carry<'up'> = async ({ dataDir, apiPort, kubeconfig }) => {
  const progress = createProgress(process.stdout)
  const signal = untilSignal()
  const cluster = await bringUp({ dataDir: dataDirectory(dataDir), apiPort, kubeconfig }, progress, signal)
  await cluster.client.transport.close()
  if (!cluster.started) progress.note('It had been running already; nothing was started.')
  for (const line of remarks(cluster)) progress.note(line)
  progress.note(
    `Your kubeconfig ${cluster.kubeconfig} has the context caravel. Try: kubectl --context caravel get nodes`,
  )
  return 0
}

const tarballs = {
  no: 'Images are imported from the tarballs in',
  now: 'No image registry can be reached: images built from Debian packages are imported from',
  earlier: 'Images built earlier from Debian packages are imported from',
} as const

/** What a person should know of how the cluster came up. */
export function remarks({ images }: UpCluster): string[] {
  const lines: string[] = []
  if (images?.from === 'tarballs') lines.push(`${tarballs[images.built]} ${images.directory}.`)
  if (images?.from === 'nowhere') {
    lines.push(`No image registry can be reached, and images could not be built from Debian packages: ${images.reason}`)
  }
  return lines
}
