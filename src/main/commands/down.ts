import { dataDirectory } from '../cluster.ts'
import type { Carry } from '../commandLine.ts'
import { bringDown, purge } from '../down.ts'
import { createProgress } from '../progress.ts'

export const down: Carry<'down'> = async options => {
  const dataDir = dataDirectory(options.dataDir)
  const progress = createProgress(process.stdout)
  progress.now('ending the cluster and all its containers')
  const ran = await bringDown(dataDir)
  progress.done(ran ? 'The cluster has ended' : 'No cluster was running')
  if (options.purge) {
    await purge(dataDir, options.kubeconfig)
    progress.done(`What it stored in ${dataDir} is removed`)
  } else
    progress.note(
      `Its objects, keys, images and logs stay in ${dataDir}: caravel up goes on with them, caravel down --purge removes them.`,
    )
  return 0
}
