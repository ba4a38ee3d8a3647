import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { equal } from '../../schema/derive/equal.ts'
import { autoUpdate, mandatory, suggested } from '../flow/defaults.ts'
import { flowKinds } from '../flow/objects.ts'
import { type BootstrapDeps, ensure } from './ensure.ts'

type WithSpec = KubeObject & { readonly spec: unknown }

/**
 * Makes the FlowSchemas and PriorityLevelConfigurations that every cluster has. The mandatory ones are set right always;
 * suggested ones as long as their annotation says that the server looks after them (`flowcontrol/ensurer`).
 */
export async function ensureFlow(deps: BootstrapDeps, resources: readonly Resource[]): Promise<void> {
  const kinds = flowKinds(resources)
  if (!kinds) return
  for (const [kind, of] of [
    [kinds.levels, 'levels'],
    [kinds.schemas, 'schemas'],
  ] as const) {
    const must = mandatory[of] as readonly WithSpec[]
    const may = suggested[of] as readonly WithSpec[]
    await Promise.all([
      ...must.map(wanted => ensure(deps, kind, wanted, stored => revised(stored as WithSpec, wanted, true))),
      ...may.map(wanted => ensure(deps, kind, wanted, stored => revised(stored as WithSpec, wanted, false))),
    ])
    await removeFormer(deps, kind, new Set([...must, ...may].map(({ metadata }) => metadata.name ?? '')))
  }
}

function revised(stored: WithSpec, wanted: WithSpec, must: boolean): WithSpec {
  const told = stored.metadata.annotations?.[autoUpdate]
  // Nobody has said so far: one that was never changed is ours.
  const ours = must || (told === undefined ? stored.metadata.generation === 1 : told === 'true')
  const spec = ours && !equal(stored.spec, wanted.spec) ? wanted.spec : stored.spec
  if (spec === stored.spec && told === String(ours)) return stored
  const annotations = { ...stored.metadata.annotations, [autoUpdate]: String(ours) }
  return { ...stored, metadata: { ...stored.metadata, annotations }, spec }
}

/** Those of former versions, where the server still looks after them. */
async function removeFormer({ client, objects }: BootstrapDeps, kind: Resource, known: Set<string>): Promise<void> {
  for (const { metadata } of objects.list(kind)) {
    const { name = '', annotations } = metadata
    if (known.has(name) || annotations?.[autoUpdate] !== 'true') continue
    try {
      await client.of(kind).delete(name, {})
    } catch (error) {
      if (!is(error, 'NotFound')) throw error
    }
  }
}
