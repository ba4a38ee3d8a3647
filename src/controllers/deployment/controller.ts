import { type Deployment, type DeploymentCondition, DeploymentStatus, deployments } from '../../api/apps/deployment.ts'
import { type ReplicaSet, replicaSets } from '../../api/apps/replicaSet.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { controllerOf, controllerReference } from '../../api/meta/owners.ts'
import { labelSelectorMatches } from '../../api/meta/selectors.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { equal, semanticEqual } from '../../schema/derive/equal.ts'
import type { ControllerContext } from '../controller.ts'
import { claim } from '../kit/adopt.ts'
import { namespaceIsGoing } from '../kit/pods.ts'
import { type Rollback, rollbackOf } from './rollback.ts'
import {
  annotationsOf,
  findNew,
  hashLabel,
  isRolling,
  nextRevision,
  oldestFirst,
  revisionAnnotation,
  revisionOf,
  sizeAnnotations,
  sizeOf,
  templateHash,
  totalOf,
} from './sets.ts'
import { newSize, proportionalSizes, type Resize, recreateStep, rollingStep, wasScaled } from './sizes.ts'
import { conditionOf, countsOf, hasDeadline, isComplete, statusOf, withCondition } from './status.ts'

/**
 * Moves a Deployment from template to template: one replica set per template, resized step by step as pods become
 * available. `k8s.io/kubernetes/pkg/controller/deployment`. Each reconcile takes at most one step; the status of the
 * sets it changed brings it back.
 */
export function deploymentController({ client, informers, events, clock }: ControllerContext): Controller {
  const deploymentInformer = informers.of(deployments)
  const sets = informers.of(replicaSets)
  const podInformer = informers.of(pods)
  sets.cache.index('controller', set => [controllerOf(set)?.uid ?? ''])
  podInformer.cache.index('controller', pod => [controllerOf(pod)?.uid ?? ''])

  const ownersOf = (set: ReplicaSet): string[] => {
    const controller = controllerOf(set)
    if (controller) return controller.kind === 'Deployment' ? [`${set.metadata.namespace}/${controller.name}`] : []
    return deploymentInformer.cache
      .list(set.metadata.namespace ?? '')
      .filter(deployment => labelSelectorMatches(deployment.spec.selector ?? {}, set.metadata.labels ?? {}))
      .map(keyOf)
  }

  const claimed = (deployment: Deployment) =>
    claim({
      client,
      ownerResource: deployments,
      owner: deployment,
      resource: replicaSets,
      candidates: [
        ...sets.cache.by('controller', deployment.metadata.uid ?? ''),
        ...sets.cache.by('controller', '').filter(set => set.metadata.namespace === deployment.metadata.namespace),
      ],
      selects: set => labelSelectorMatches(deployment.spec.selector ?? {}, set.metadata.labels ?? {}),
    })

  const writeConditions = (deployment: Deployment, conditions: DeploymentCondition[], more: object = {}) =>
    client.of(deployments).updateStatus({ ...deployment, status: { ...deployment.status, ...more, conditions } })

  /**
   * The deployment carries the revision of its newest set, and says what it found where nothing was said before. Whether
   * it was written: the change brings it back. Through the status, since it is no change of what is wanted.
   */
  const noteFound = async (deployment: Deployment, fresh: ReplicaSet): Promise<boolean> => {
    const revision = fresh.metadata.annotations?.[revisionAnnotation]
    const before = deployment.metadata.annotations
    const noted = !revision || before?.[revisionAnnotation] === revision
    const said = !hasDeadline(deployment) || conditionOf(deployment.status, 'Progressing') !== undefined
    if (noted && said) return false
    const annotations = noted ? before : { ...before, [revisionAnnotation]: revision }
    const found = `Found new replica set ${JSON.stringify(fresh.metadata.name)}`
    const conditions = deployment.status.conditions ?? []
    await client.of(deployments).updateStatus({
      ...deployment,
      metadata: { ...deployment.metadata, ...(annotations ? { annotations } : {}) },
      status: {
        ...deployment.status,
        conditions: said
          ? conditions
          : withCondition(conditions, 'Progressing', 'True', 'FoundNewReplicaSet', found, clock.now()),
      },
    })
    return true
  }

  /** The new set that is there, its annotations and minReadySeconds brought up to date. */
  const refresh = async (
    deployment: Deployment,
    fresh: ReplicaSet,
    old: readonly ReplicaSet[],
  ): Promise<ReplicaSet> => {
    const annotations = annotationsOf(deployment, fresh, nextRevision(old))
    const minReadySeconds = deployment.spec.minReadySeconds ?? 0
    if (equal(annotations, fresh.metadata.annotations ?? {}) && minReadySeconds === (fresh.spec.minReadySeconds ?? 0))
      return fresh
    return client
      .of(replicaSets)
      .update({ ...fresh, metadata: { ...fresh.metadata, annotations }, spec: { ...fresh.spec, minReadySeconds } })
  }

  const createNew = async (deployment: Deployment, old: readonly ReplicaSet[]): Promise<ReplicaSet | undefined> => {
    const hash = templateHash(deployment.spec.template, deployment.status.collisionCount)
    const { metadata, spec } = deployment.spec.template
    const labels = { ...metadata?.labels, [hashLabel]: hash }
    const size = newSize(deployment, 0, totalOf(old))
    const name = `${deployment.metadata.name}-${hash}`
    const draft = {
      metadata: {
        name,
        namespace: deployment.metadata.namespace ?? '',
        labels,
        annotations: { ...annotationsOf(deployment, undefined, nextRevision(old)), ...sizeAnnotations(deployment) },
        ownerReferences: [controllerReference(deployment, deployments)],
      },
      spec: {
        replicas: size,
        minReadySeconds: deployment.spec.minReadySeconds ?? 0,
        selector: {
          ...deployment.spec.selector,
          matchLabels: { ...deployment.spec.selector?.matchLabels, [hashLabel]: hash },
        },
        template: { metadata: { ...metadata, labels }, spec },
      },
    }
    try {
      const made = await client.of(replicaSets).create(draft)
      if (size > 0)
        events.record(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`)
      return made
    } catch (error) {
      if (is(error, 'AlreadyExists')) return resolveCollision(deployment, name)
      // Nothing can be made in a namespace that is going.
      if (namespaceIsGoing(error)) return undefined
      const message = `Failed to create new replica set ${JSON.stringify(name)}: ${(error as Error).message}`
      events.record(deployment, 'Warning', 'ReplicaSetCreateError', message)
      if (hasDeadline(deployment)) {
        const conditions = deployment.status.conditions ?? []
        await writeConditions(
          deployment,
          withCondition(conditions, 'Progressing', 'False', 'ReplicaSetCreateError', message, clock.now()),
        )
      }
      throw error
    }
  }

  /** A new set is a new revision, and the deadline begins anew. */
  const noteCreated = async (deployment: Deployment, old: readonly ReplicaSet[], fresh: ReplicaSet) => {
    const revision = fresh.metadata.annotations?.[revisionAnnotation]
    const annotations = { ...deployment.metadata.annotations, ...(revision ? { [revisionAnnotation]: revision } : {}) }
    const { status } = statusOf(deployment, [...old, fresh], fresh, clock.now())
    const told = `Created new replica set ${JSON.stringify(fresh.metadata.name)}`
    const before = deployment.status.conditions ?? []
    const progressing = hasDeadline(deployment)
      ? withCondition(before, 'Progressing', 'True', 'NewReplicaSetCreated', told, clock.now())
      : []
    const conditions = [
      ...(status.conditions ?? []).filter(condition => condition.type !== 'Progressing'),
      ...progressing.filter(condition => condition.type === 'Progressing'),
    ]
    await client.of(deployments).updateStatus({
      ...deployment,
      metadata: { ...deployment.metadata, annotations },
      status: { ...status, conditions },
    })
  }

  /** The name is taken: by our own set that the cache does not show yet, or by a template that hashes alike. */
  const resolveCollision = async (deployment: Deployment, name: string): Promise<ReplicaSet | undefined> => {
    const there = await client.of(replicaSets).get(name, { namespace: deployment.metadata.namespace ?? '' })
    if (controllerOf(there)?.uid === deployment.metadata.uid && findNew(deployment, [there])) return there
    await writeConditions(deployment, deployment.status.conditions ?? [], {
      collisionCount: (deployment.status.collisionCount ?? 0) + 1,
    })
    return undefined
  }

  const resize = async (deployment: Deployment, { set, size }: Resize) => {
    const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) }
    if (size === sizeOf(set) && equal(annotations, set.metadata.annotations ?? {})) return
    await client
      .of(replicaSets)
      .update({ ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas: size } })
    if (size === sizeOf(set)) return
    const direction = size > sizeOf(set) ? 'up' : 'down'
    events.record(
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${direction} replica set ${set.metadata.name} from ${sizeOf(set)} to ${size}`,
    )
  }

  const removeSurplus = async (deployment: Deployment, old: readonly ReplicaSet[]) => {
    const limit = deployment.spec.revisionHistoryLimit
    if (limit === undefined || limit === 2147483647) return
    const idle = (set: ReplicaSet) =>
      !set.metadata.deletionTimestamp &&
      sizeOf(set) === 0 &&
      !set.status.replicas &&
      (set.status.observedGeneration ?? 0) >= (set.metadata.generation ?? 0)
    const alive = old.filter(set => !set.metadata.deletionTimestamp)
    const surplus = [...alive]
      .sort((a, b) => revisionOf(a) - revisionOf(b) || oldestFirst(a, b))
      .slice(0, Math.max(0, alive.length - limit))
    for (const set of surplus.filter(idle)) {
      try {
        await client
          .of(replicaSets)
          .delete(set.metadata.name ?? '', { namespace: set.metadata.namespace ?? '', propagationPolicy: 'Background' })
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
      }
    }
  }

  /** The new template brings the deployment back. */
  const carryOut = async ({ deployment, event: [type, reason, message] }: Rollback) => {
    await client.of(deployments).update(deployment)
    events.record(deployment, type, reason, message)
    return undefined
  }

  const writeStatus = async (deployment: Deployment, status: DeploymentStatus) => {
    if (!semanticEqual(DeploymentStatus, status, deployment.status))
      await client.of(deployments).updateStatus({ ...deployment, status })
  }

  /** What there is, without a word on progress. */
  const tellCounts = async (deployment: Deployment, all: readonly ReplicaSet[], fresh: ReplicaSet | undefined) => {
    await writeStatus(deployment, countsOf(deployment, all, fresh, clock.now()))
    return undefined
  }

  const podsLeft = (old: readonly ReplicaSet[]) =>
    old.some(set =>
      podInformer.cache
        .by('controller', set.metadata.uid ?? '')
        .some(pod => pod.status.phase !== 'Failed' && pod.status.phase !== 'Succeeded'),
    )

  /** Paused and resumed are told by the Progressing condition, which stops the deadline. */
  const notePause = async (deployment: Deployment): Promise<boolean> => {
    const reason = conditionOf(deployment.status, 'Progressing')?.reason
    if (!hasDeadline(deployment) || reason === 'ProgressDeadlineExceeded') return false
    if (deployment.spec.paused ? reason === 'DeploymentPaused' : reason !== 'DeploymentPaused') return false
    const [word, told] = deployment.spec.paused
      ? ['DeploymentPaused', 'Deployment is paused']
      : ['DeploymentResumed', 'Deployment is resumed']
    const made = withCondition(deployment.status.conditions ?? [], 'Progressing', 'Unknown', word, told, clock.now())
    await writeConditions(deployment, made)
    return true
  }

  const nextStep = (deployment: Deployment, fresh: ReplicaSet | undefined, old: readonly ReplicaSet[]): Resize[] => {
    if (isRolling(deployment)) return fresh ? rollingStep(deployment, fresh, old) : []
    return recreateStep(deployment, fresh, old, podsLeft(old))
  }

  return {
    name: 'deployment',
    workers: 5,
    watches: [
      watching(deploymentInformer, ({ object }) => [keyOf(object)]),
      watching(sets, ({ object, before }) => [...ownersOf(object), ...(before ? ownersOf(before) : [])]),
      // Recreate waits for the last old pod to go.
      watching(podInformer, ({ type, object }) => {
        const set = type === 'removed' && controllerOf(object)
        const owner = set && sets.cache.get(`${object.metadata.namespace}/${set.name}`)
        return owner ? ownersOf(owner) : []
      }),
    ],
    async reconcile(key) {
      const deployment = deploymentInformer.cache.get(key)
      if (!deployment) return undefined
      const all = await claimed(deployment)
      let fresh = findNew(deployment, all)
      const old = all.filter(set => set !== fresh)
      if (deployment.metadata.deletionTimestamp) return tellCounts(deployment, all, fresh)
      if (await notePause(deployment)) return undefined
      const rollback = rollbackOf(deployment, all)
      if (rollback) return carryOut(rollback)
      if (fresh) {
        fresh = await refresh(deployment, fresh, old)
        if (await noteFound(deployment, fresh)) return undefined
      }
      if (deployment.spec.paused || wasScaled(deployment, all)) {
        for (const each of proportionalSizes(deployment, fresh, old)) await resize(deployment, each)
        if (deployment.spec.paused) await removeSurplus(deployment, old)
        return tellCounts(deployment, all, fresh)
      }
      if (!fresh && (isRolling(deployment) || (old.every(set => sizeOf(set) === 0) && !podsLeft(old)))) {
        fresh = await createNew(deployment, old)
        if (fresh) await noteCreated(deployment, old, fresh)
        return undefined
      }
      const steps = nextStep(deployment, fresh, old)
      for (const step of steps) await resize(deployment, step)
      if (steps.length === 0 && isComplete(deployment, deployment.status)) await removeSurplus(deployment, old)
      const { status, again } = statusOf(deployment, fresh ? [...old, fresh] : old, fresh, clock.now())
      await writeStatus(deployment, status)
      return again === undefined ? undefined : { again }
    },
  }
}
