import { withCondition } from '../../api/core/pod/conditions.ts'
import type { PodCondition } from '../../api/core/pod/status.ts'
import { Eviction, type Pod, pods } from '../../api/index.ts'
import { deleteOptionRules } from '../../api/meta/optionRules.ts'
import type { DeleteOptions } from '../../api/meta/options.ts'
import { badRequest, invalid } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Answer } from '../contract.ts'
import { removeObject } from '../verbs/delete.ts'
import type { Call, VerbDeps } from '../verbs/scope.ts'
import { actionBody } from './body.ts'
import { rewrite, success } from './rewrite.ts'

/** `pods/eviction`: deletes a pod and leaves on it why. Upstream's EvictionREST; there are no disruption budgets to ask. */
export async function evict(deps: VerbDeps, call: Call): Promise<Answer> {
  const { object, dryRun } = await actionBody(deps, call, Eviction, 'Eviction', 'policy/v1')
  const { name, namespace } = call.info
  if ((object.metadata.name ?? '') !== name) throw badRequest('name in URL does not match name in Eviction object')
  const options = optionsOf(object, dryRun)
  const dry = options.dryRun?.includes('All') ?? false
  const { preconditions } = options
  const stored = await rewrite(deps, pods, namespace, name, pod => disrupted(pod, formatTime(deps.clock.now())), {
    preconditions,
    dryRun: dry,
  })
  // The condition was written just now, by us: it is not what the client guards against.
  const guarded =
    preconditions?.resourceVersion && !dry
      ? { ...preconditions, resourceVersion: String(stored.revision) }
      : preconditions
  const served = {
    resource: pods as unknown as Resource,
    version: undefined,
    apiVersion: pods.apiVersion,
    kind: pods.kind,
  }
  await removeObject(deps, { ...call, served }, stored, { ...options, ...(guarded ? { preconditions: guarded } : {}) })
  return success(201)
}

function optionsOf({ deleteOptions = {} }: Eviction, dryRun: boolean): DeleteOptions {
  const options: DeleteOptions = dryRun ? { ...deleteOptions, dryRun: ['All'] } : deleteOptions
  const errors = deleteOptionRules(options)
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors)
  return options
}

function disrupted(pod: Pod, now: string): Pod {
  const condition: PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastProbeTime: '',
    lastTransitionTime: now,
  }
  return {
    ...pod,
    status: { ...pod.status, conditions: [...withCondition<PodCondition>(pod.status.conditions, condition)] },
  }
}
