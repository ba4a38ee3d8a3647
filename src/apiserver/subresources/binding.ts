import { withCondition } from '../../api/core/pod/conditions.ts'
import type { PodCondition } from '../../api/core/pod/status.ts'
import { Binding, bindingRules, type Pod, pods } from '../../api/index.ts'
import { badRequest, conflict, failure, sentences } from '../../api/meta/statusError.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Answer } from '../contract.ts'
import type { Call, VerbDeps } from '../verbs/scope.ts'
import { actionBody } from './body.ts'
import { rewrite, success } from './rewrite.ts'

/** `pods/binding`, and a create of `bindings`: puts a pod on a node, once. Upstream's BindingREST. */
export async function bind(deps: VerbDeps, call: Call): Promise<Answer> {
  const { object, dryRun } = await actionBody(deps, call, Binding, 'Binding')
  const { info } = call
  const name = info.name || (object.metadata.name ?? '')
  if ((object.metadata.name ?? '') !== name) throw badRequest('name in URL does not match name in Binding object')
  const errors = bindingRules(object)
  if (errors.length > 0) throw failure(500, '', sentences(errors))
  const { uid, resourceVersion } = object.metadata
  await rewrite(deps, pods, info.namespace, name, pod => bound(pod, object, formatTime(deps.clock.now())), {
    preconditions: { uid, resourceVersion },
    dryRun,
  })
  return success(201)
}

function bound(pod: Pod, { target, metadata }: Binding, now: string): Pod {
  const { name = '', annotations, labels } = pod.metadata
  const refuse = (why: string) => {
    throw conflict({ group: '', plural: 'pods/binding' }, name, why)
  }
  if (pod.metadata.deletionTimestamp) refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
  if (pod.spec.nodeName) refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`)
  if (pod.spec.schedulingGates?.length) refuse(`pod ${name} has non-empty .spec.schedulingGates`)
  const { nominatedNodeName: _, ...status } = pod.status
  const condition: PodCondition = { type: 'PodScheduled', status: 'True', lastProbeTime: '', lastTransitionTime: now }
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(metadata.annotations ? { annotations: { ...annotations, ...metadata.annotations } } : {}),
      ...(metadata.labels ? { labels: { ...labels, ...metadata.labels } } : {}),
    },
    spec: { ...pod.spec, nodeName: target.name },
    status: { ...status, conditions: [...withCondition<PodCondition>(pod.status.conditions, condition)] },
  }
}
