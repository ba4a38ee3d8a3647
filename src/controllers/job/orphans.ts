import { jobs } from '../../api/batch/job.ts'
import { jobFinished } from '../../api/batch/jobConditions.ts'
import type { Job } from '../../api/batch/jobType.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { controllerOf } from '../../api/meta/owners.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext } from '../controller.ts'
import { isForeign } from './controller.ts'
import { tracks } from './facts.ts'
import { releasePod } from './release.ts'

/** Lets go of pods whose job is gone or over: nobody else would. Of upstream's syncOrphanPod. */
export function orphanController({ client, informers }: ControllerContext): Controller {
  const jobInformer = informers.of(jobs)
  const podInformer = informers.of(pods)
  podInformer.cache.index('controller', pod => [controllerOf(pod)?.uid ?? ''])
  const podsOf = (job: Job) =>
    podInformer.cache
      .by('controller', job.metadata.uid ?? '')
      .filter(tracks)
      .map(keyOf)
  return {
    name: 'job-orphans',
    workers: 1,
    watches: [
      watching(podInformer, ({ type, object }) => (type !== 'removed' && tracks(object) ? [keyOf(object)] : [])),
      watching(jobInformer, ({ type, object }) => (type === 'removed' || jobFinished(object) ? podsOf(object) : [])),
    ],
    async reconcile(key) {
      const pod = podInformer.cache.get(key)
      if (!pod || !tracks(pod)) return undefined
      const controller = controllerOf(pod)
      if (controller) {
        if (controller.kind !== jobs.kind || controller.apiVersion !== jobs.apiVersion) return undefined
        const job = jobInformer.cache.get(`${pod.metadata.namespace}/${controller.name}`)
        if (job?.metadata.uid === controller.uid && (isForeign(job) || !jobFinished(job))) return undefined
      }
      await releasePod(client, pod)
      return undefined
    },
  }
}
