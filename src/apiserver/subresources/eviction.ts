import { withCondition } from '../../api/core/pod/conditions.ts'
import { podTerminal } from '../../api/core/pod/readiness.ts'
import type { PodCondition } from '../../api/core/pod/status.ts'
import { Eviction, type Pod, pods } from '../../api/index.ts'
import { deleteOptionRules } from '../../api/meta/optionRules.ts'
import type { DeleteOptions } from '../../api/meta/options.ts'
import { badRequest, invalid, is, notFound } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Answer } from '../contract.ts'
import { removeObject } from '../verbs/delete.ts'
import type { Call, VerbDeps } from '../verbs/scope.ts'
import { actionBody } from './body.ts'
import { askBudgets, notYet } from './budgets.ts'
import { rewrite, success } from './rewrite.ts'

/**
 * `pods/eviction`: deletes a pod, when its disruption budget allows it, and leaves on it why. Upstream's EvictionREST.
 */
export async function evict(deps: VerbDeps, call: Call): Promise<Answer> {
  const { object, dryRun } = await actionBody(deps, call, Eviction, 'Eviction')
  const { name, namespace } = call.info
  if ((object.metadata.name ?? '') !== name) throw badRequest('name in URL does not match name in Eviction object')
  const options = optionsOf(object, dryRun)
  const asked = options.preconditions?.resourceVersion
  for (let round = 1; ; round++) {
    const stored = await deps.objects.get(pods as unknown as Resource, namespace, name)
    if (!stored) throw notFound(pods, name)
    const pod = stored.object as Pod
    const version = String(stored.revision)
    try {
      if (!isGuarded(pod)) {
        // A pod that is not over may become ready any moment: then its budget is to be asked.
        const over = podTerminal(pod) || pod.metadata.deletionTimestamp !== undefined
        await disrupt(deps, call, over ? options : atVersion(options, asked ?? version))
        return success(201)
      }
    } catch (error) {
      if (!is(error, 'Conflict') || asked || round >= tries) throw error
      continue
    }
    const verdict = await askBudgets(deps, pod, isDry(options))
    if (verdict.outcome === 'granted') await disrupt(deps, call, options)
    else
      try {
        await disrupt(deps, call, atVersion(options, version))
      } catch (error) {
        throw is(error, 'Conflict') && !asked ? notYet(verdict.budget) : error
      }
    return success(201)
  }
}

const tries = 20

const isDry = ({ dryRun }: DeleteOptions): boolean => dryRun?.includes('All') ?? false

/** Whether losing the pod would disrupt anything: one that has ended, or not begun, is free to go. */
const isGuarded = (pod: Pod): boolean =>
  !podTerminal(pod) && pod.status.phase !== 'Pending' && pod.metadata.deletionTimestamp === undefined

const atVersion = (options: DeleteOptions, resourceVersion: string): DeleteOptions => ({
  ...options,
  preconditions: { ...options.preconditions, resourceVersion },
})

/** Writes on the pod why it goes, and deletes it. */
async function disrupt(deps: VerbDeps, call: Call, options: DeleteOptions): Promise<void> {
  const { name, namespace } = call.info
  const { preconditions } = options
  const dryRun = isDry(options)
  const now = formatTime(deps.clock.now())
  const stored = await rewrite(deps, pods, namespace, name, pod => disrupted(pod, now), { preconditions, dryRun })
  // The condition was written just now, by us: it is not what the client guards against.
  const guarded =
    preconditions?.resourceVersion && !dryRun
      ? { ...preconditions, resourceVersion: String(stored.revision) }
      : preconditions
  const served = {
    resource: pods as unknown as Resource,
    version: undefined,
    apiVersion: pods.apiVersion,
    kind: pods.kind,
  }
  await removeObject(deps, { ...call, served }, stored, { ...options, ...(guarded ? { preconditions: guarded } : {}) })
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
