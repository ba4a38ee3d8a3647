import { fields, int64, object, one, root } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { badRequest } from '../meta/statusError.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { type DaemonSet, type DaemonSetUpdateStrategy, daemonSet, daemonSetSpec } from './daemonSetType.ts'
import { labelDefaults } from './deploymentVersions.ts'
import { templateDefaults } from './template.ts'

/** Annotation that counts changes of the template, under upstream's name; in extensions/v1beta1 it was a field. */
export const templateGenerationAnnotation = 'deprecated.daemonset.template.generation'

/** How often the template of a daemon set was changed. Throws BadRequest when the annotation is no number. */
export function templateGeneration({ metadata }: Pick<DaemonSet, 'metadata'>): number {
  const text = metadata.annotations?.[templateGenerationAnnotation]
  if (text === undefined) return 0
  if (!/^[+-]?\d{1,15}$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

/** Writes the count. Edits in place. */
export function setTemplateGeneration({ metadata }: DaemonSet, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [templateGenerationAnnotation]: String(generation) }
}

/** What a rolling update may take away or add when the manifest says nothing. Edits in place. */
export function rollingDefaults(strategy: DaemonSetUpdateStrategy): void {
  if (strategy.type !== 'RollingUpdate') return
  strategy.rollingUpdate ??= {}
  strategy.rollingUpdate.maxUnavailable ??= 1
  strategy.rollingUpdate.maxSurge ??= 0
}

/** Defaults of the versions that choose RollingUpdate. Edits in place. */
export function daemonSetDefaults({ spec }: DaemonSet): void {
  templateDefaults(spec.template)
  spec.updateStrategy.type ??= 'RollingUpdate'
  rollingDefaults(spec.updateStrategy)
}

const betaSpec = fields({
  ...daemonSetSpec,
  /** How often the template was changed; counted by the server. */
  templateGeneration: int64(5),
})
interface BetaSpec extends Shape<typeof betaSpec> {}
interface BetaDaemonSet extends RootShape<Omit<typeof daemonSet, 'spec'>> {
  spec: BetaSpec
}
export const ExtensionsDaemonSet: Type<BetaDaemonSet> = root('io.k8s.api.extensions.v1beta1.DaemonSet', {
  ...daemonSet,
  spec: one(2, object<BetaSpec>('io.k8s.api.extensions.v1beta1.DaemonSetSpec', betaSpec), { always: true }),
})
export const DaemonSetV1beta2: Type<DaemonSet> = root('io.k8s.api.apps.v1beta2.DaemonSet', daemonSet)

function up(old: BetaDaemonSet): DaemonSet {
  const { templateGeneration: generation = 0, ...spec } = old.spec
  const annotations = { ...old.metadata.annotations, [templateGenerationAnnotation]: String(generation) }
  return { ...old, apiVersion: 'apps/v1', metadata: { ...old.metadata, annotations }, spec }
}

function down(stored: DaemonSet): BetaDaemonSet {
  const { annotations: { [templateGenerationAnnotation]: _, ...annotations } = {}, ...metadata } = stored.metadata
  const generation = templateGeneration(stored)
  return {
    ...stored,
    apiVersion: 'extensions/v1beta1',
    metadata: Object.keys(annotations).length ? { ...metadata, annotations } : metadata,
    spec: generation === 0 ? stored.spec : { ...stored.spec, templateGeneration: generation },
  }
}

const deprecation = (version: string, since: string) => removedVersion(version, 'DaemonSet', since, '1.16', 'apps/v1')

export const daemonSetVersions: readonly ServedVersion<DaemonSet>[] = [
  renamedVersion('apps/v1beta2', 'apps/v1', DaemonSetV1beta2, {
    defaults: daemonSetDefaults,
    deprecation: deprecation('apps/v1beta2', '1.9'),
  }),
  {
    group: 'extensions',
    version: 'v1beta1',
    type: ExtensionsDaemonSet,
    up: old => up(old as BetaDaemonSet),
    down,
    defaults(old: BetaDaemonSet) {
      labelDefaults(old)
      old.spec.updateStrategy.type ??= 'OnDelete'
      rollingDefaults(old.spec.updateStrategy)
    },
    deprecation: deprecation('extensions/v1beta1', '1.8'),
  },
]
