import { semanticEqual } from '../../schema/derive/equal.ts'
import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsLabel } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { claimRules } from '../core/persistentVolumeClaimRules.ts'
import { type PodTemplateSpec, podTemplateRules } from '../core/podTemplate.ts'
import { labelSelectorMatches, labelSelectorRules } from '../meta/selectors.ts'
import { atMostAllRules, collisionRules, countOrPercentRules, isNone, notNegative } from './replicas.ts'
import { type RollingUpdateStatefulSetStrategy, type StatefulSet, StatefulSetSpec } from './statefulSetType.ts'
import { alwaysRunningRules } from './template.ts'

const spec = at('spec')

/**
 * Rules of a StatefulSet. What never changes, and what an older server let through, is not held against an update. Of
 * upstream's ValidateStatefulSetSpec.
 */
export function statefulSetRules({ spec: of }: StatefulSet, old: StatefulSet | undefined): readonly FieldError[] {
  const path = spec.child('template')
  const errors = old ? [] : newRules(of)
  errors.push(...specRules(of))
  const faulty = old !== undefined && [...specRules(old.spec), ...templateRules(old.spec, path)].length > 0
  return [
    ...errors,
    ...(faulty ? [] : templateRules(of, path)),
    ...alwaysRunningRules(of.template, 'StatefulSet', path),
  ]
}

const newRules = ({ volumeClaimTemplates = [], serviceName }: StatefulSetSpec): FieldError[] => [
  ...volumeClaimTemplates.flatMap((claim, i) =>
    claimRules(claim).map(error => ({
      ...error,
      field: `${spec.child('volumeClaimTemplates').index(i)}.${error.field}`,
    })),
  ),
  ...(serviceName === ''
    ? []
    : dnsLabel(serviceName).map(detail => invalid(spec.child('serviceName'), serviceName, detail))),
]

function specRules(of: StatefulSetSpec): FieldError[] {
  const { podManagementPolicy, persistentVolumeClaimRetentionPolicy: retention, ordinals, selector, template } = of
  const errors: FieldError[] = []
  if (podManagementPolicy !== 'OrderedReady' && podManagementPolicy !== 'Parallel')
    errors.push(invalid(spec.child('podManagementPolicy'), podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"))
  errors.push(...strategyRules(of, spec.child('updateStrategy')))
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const policy = retention?.[field]
    if (policy !== undefined && policy !== 'Retain' && policy !== 'Delete')
      errors.push(notSupported(spec.child('persistentVolumeClaimRetentionPolicy', field), policy, ['Retain', 'Delete']))
  }
  errors.push(...notNegative(of, spec, 'replicas', 'minReadySeconds'))
  if (ordinals) errors.push(...notNegative(ordinals, spec.child('ordinals'), 'start'))
  const path = spec.child('selector')
  if (!selector) return [...errors, required(path)]
  const wrong = labelSelectorRules(selector, path)
  errors.push(...wrong)
  const empty = !Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length
  if (empty) errors.push(invalid(path, selector, 'empty selector is invalid for statefulset'))
  const labels = template.metadata.labels ?? {}
  if (!empty && wrong.length === 0 && !labelSelectorMatches(selector, labels))
    errors.push(
      invalid(spec.child('template', 'metadata', 'labels'), labels, '`selector` does not match template `labels`'),
    )
  return errors
}

function strategyRules({ updateStrategy }: StatefulSetSpec, path: Path): FieldError[] {
  const { type, rollingUpdate } = updateStrategy
  const here = path.child('rollingUpdate')
  if (type === 'OnDelete')
    return rollingUpdate ? [invalid(here, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")] : []
  if (type === 'RollingUpdate') return rollingUpdate ? rollingRules(rollingUpdate, here) : []
  return [invalid(path, updateStrategy, "must be 'RollingUpdate' or 'OnDelete'")]
}

function rollingRules(rolling: RollingUpdateStatefulSetStrategy, path: Path): FieldError[] {
  const errors = notNegative(rolling, path, 'partition')
  const { maxUnavailable } = rolling
  if (maxUnavailable === undefined) return errors
  const here = path.child('maxUnavailable')
  errors.push(...countOrPercentRules(maxUnavailable, here))
  if (isNone(maxUnavailable)) errors.push(invalid(here, maxUnavailable, 'cannot be 0'))
  return [...errors, ...atMostAllRules(maxUnavailable, here)]
}

const templateRules = (of: StatefulSetSpec, path: Path): FieldError[] => podTemplateRules(asMade(of), path)

/** The template as pods get it: with a volume for each claim, and names that the controller gives. */
function asMade({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  const { hostname: _, subdomain: __, volumes = [], ...rest } = template.spec
  const claims = volumeClaimTemplates.map(({ metadata: { name = '' } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }))
  const others = volumes.filter(volume => !claims.some(({ name }) => name === volume.name))
  return { ...template, spec: { ...rest, volumes: [...claims, ...others] } }
}

/** What an update may change of a StatefulSet. */
export function statefulSetUpdateRules({ spec: after }: StatefulSet, { spec: before }: StatefulSet): FieldError[] {
  const allowed: StatefulSetSpec = {
    ...after,
    replicas: before.replicas,
    template: before.template,
    updateStrategy: before.updateStrategy,
    minReadySeconds: before.minReadySeconds,
    ordinals: before.ordinals,
    revisionHistoryLimit: before.revisionHistoryLimit,
    persistentVolumeClaimRetentionPolicy: before.persistentVolumeClaimRetentionPolicy,
  }
  return semanticEqual(StatefulSetSpec, allowed, before)
    ? []
    : [
        forbidden(
          spec,
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        ),
      ]
}

/** Rules of what the controller reports: parts are not more than the whole. */
export function statefulSetStatusRules({ status }: StatefulSet, old: StatefulSet | undefined): readonly FieldError[] {
  const path = at('status')
  const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const
  const errors = notNegative(status, path, 'replicas', ...parts, 'observedGeneration', 'collisionCount')
  for (const field of parts)
    if ((status[field] ?? 0) > status.replicas)
      errors.push(invalid(path.child(field), status[field], 'cannot be greater than status.replicas'))
  if (status.availableReplicas > (status.readyReplicas ?? 0))
    errors.push(
      invalid(path.child('availableReplicas'), status.availableReplicas, 'cannot be greater than status.readyReplicas'),
    )
  return [...errors, ...collisionRules(status, old?.status, path)]
}
