import { fields, int32, object, one, root } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { type FlowSchema, flowSchemaFields } from './flowSchemaType.ts'
import { zeroSharesAnnotation } from './priorityLevelConfigurationRules.ts'
import {
  type LimitedPriorityLevelConfiguration,
  limitedPriorityLevelConfigurationFields,
  type PriorityLevelConfiguration,
  priorityLevelConfigurationFields,
  priorityLevelConfigurationSpecFields,
} from './priorityLevelConfigurationType.ts'

/**
 * Versions of flow control that upstream stopped serving. Shares are a number that is the default one where it is zero;
 * the first two versions call it by another name, the last keeps a real zero as an annotation.
 */

const group = 'flowcontrol.apiserver.k8s.io'
const stored = `${group}/v1`
const deprecations: Readonly<Record<string, readonly [deprecated: string, removed: string, replacement: string]>> = {
  v1beta3: ['1.29', '1.32', 'v1'],
  v1beta2: ['1.26', '1.29', 'v1beta3'],
  v1beta1: ['1.23', '1.26', 'v1beta3'],
}

function deprecation(version: string, kind: string): string {
  const [deprecated = '', removed = '', replacement = ''] = deprecations[version] ?? []
  return removedVersion(`${group}/${version}`, kind, deprecated, removed, `${group}/${replacement}`)
}

const schemaVersion = (version: string): ServedVersion<FlowSchema> =>
  renamedVersion<FlowSchema>(
    `${group}/${version}`,
    stored,
    root(`io.k8s.api.flowcontrol.${version}.FlowSchema`, flowSchemaFields),
    { deprecation: deprecation(version, 'FlowSchema') },
  )

export const flowSchemaVersions: readonly ServedVersion<FlowSchema>[] = ['v1beta3', 'v1beta2', 'v1beta1'].map(
  schemaVersion,
)

const { nominalConcurrencyShares: _, ...sharedLimited } = limitedPriorityLevelConfigurationFields
const { limited: __, ...sharedSpec } = priorityLevelConfigurationSpecFields
const { spec: ___, ...shared } = priorityLevelConfigurationFields

const nominalFields = fields({
  ...sharedLimited,
  /** Share of the server's seats. */
  nominalConcurrencyShares: int32(1, { always: true }),
})
const assuredFields = fields({
  ...sharedLimited,
  /** Share of the server's seats. */
  assuredConcurrencyShares: int32(1, { always: true }),
})
type SharesName = 'nominalConcurrencyShares' | 'assuredConcurrencyShares'
type BetaLimited = Shape<typeof sharedLimited> & { [N in SharesName]?: number }

interface BetaLevel extends KubeObject {
  spec: Omit<PriorityLevelConfiguration['spec'], 'limited'> & { limited?: BetaLimited }
  status: PriorityLevelConfiguration['status']
}

const limitedV1beta3 = object<BetaLimited>(
  'io.k8s.api.flowcontrol.v1beta3.LimitedPriorityLevelConfiguration',
  nominalFields,
)
const limitedBefore = (version: string) =>
  object<BetaLimited>(`io.k8s.api.flowcontrol.${version}.LimitedPriorityLevelConfiguration`, assuredFields)

function levelType(version: string, limited: Type<BetaLimited>): Type<BetaLevel> {
  const spec = object<BetaLevel['spec']>(`io.k8s.api.flowcontrol.${version}.PriorityLevelConfigurationSpec`, {
    ...sharedSpec,
    /** How it is limited. */
    limited: one(2, limited, { pointer: true }),
  })
  return root(`io.k8s.api.flowcontrol.${version}.PriorityLevelConfiguration`, {
    ...shared,
    /** How many requests are carried out at a time. */
    spec: one(2, spec, { always: true }),
  })
}

const defaultShares = 30

function levelUp(old: BetaLevel, name: SharesName): PriorityLevelConfiguration {
  const { [zeroSharesAnnotation]: zero, ...annotations } = old.metadata.annotations ?? {}
  const { annotations: had, ...metadata } = old.metadata
  // Only v1beta3 knows the annotation; elsewhere it is refused like any that makes no sense.
  const known = name === 'nominalConcurrencyShares' && zero !== undefined
  const kept = known ? annotations : had
  const { limited, ...spec } = old.spec
  return {
    ...old,
    apiVersion: stored,
    metadata: { ...metadata, ...(kept && Object.keys(kept).length > 0 ? { annotations: kept } : {}) },
    spec: { ...spec, ...(limited ? { limited: limitedUp(limited, name, known ? 0 : defaultShares) } : {}) },
  }
}

function limitedUp(old: BetaLimited, name: SharesName, unset: number): LimitedPriorityLevelConfiguration {
  const { nominalConcurrencyShares: __, assuredConcurrencyShares: ___, ...limited } = old
  return { ...limited, nominalConcurrencyShares: old[name] || unset }
}

function levelDown(
  { metadata, spec, status }: PriorityLevelConfiguration,
  version: string,
  name: SharesName,
): BetaLevel {
  const { limited, ...rest } = spec
  const { nominalConcurrencyShares: shares = 0, ...more } = limited ?? { limitResponse: { type: '' } }
  const zero = name === 'nominalConcurrencyShares' && limited !== undefined && shares === 0
  return {
    apiVersion: `${group}/${version}`,
    kind: 'PriorityLevelConfiguration',
    metadata: zero ? { ...metadata, annotations: { ...metadata.annotations, [zeroSharesAnnotation]: '' } } : metadata,
    spec: { ...rest, ...(limited ? { limited: { ...more, [name]: shares } } : {}) },
    status,
  }
}

const levelVersion = (
  version: string,
  name: SharesName,
  limited: Type<BetaLimited>,
): ServedVersion<PriorityLevelConfiguration> => ({
  group,
  version,
  type: levelType(version, limited),
  up: old => levelUp(old as BetaLevel, name),
  down: object => levelDown(object, version, name),
  deprecation: deprecation(version, 'PriorityLevelConfiguration'),
})

export const priorityLevelVersions: readonly ServedVersion<PriorityLevelConfiguration>[] = [
  levelVersion('v1beta3', 'nominalConcurrencyShares', limitedV1beta3),
  levelVersion('v1beta2', 'assuredConcurrencyShares', limitedBefore('v1beta2')),
  levelVersion('v1beta1', 'assuredConcurrencyShares', limitedBefore('v1beta1')),
]
