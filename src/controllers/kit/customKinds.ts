import { isTrue } from '../../api/apiextensions/conditions.ts'
import { type CustomResourceDefinition, customResourceDefinitions } from '../../api/index.ts'
import { type Resource, resource } from '../../api/resource.ts'
import type { Watch } from '../../client/controller.ts'
import type { Type } from '../../schema/types.ts'
import type { ControllerContext } from '../controller.ts'

const anything: Type<never> = { form: 'object', name: '', fields: {}, root: true, atomic: false, rules: [] }

/** The kind of a definition, in the version that is stored where that is served; undefined while it is not served. */
function kindOf(definition: CustomResourceDefinition): Resource | undefined {
  const { spec, status } = definition
  const served = spec.versions.filter(version => version.served)
  const version = served.find(each => each.storage) ?? served[0]
  if (!version || !isTrue(definition, 'Established')) return undefined
  const { kind, plural } = status.acceptedNames
  const { group } = spec
  return resource({
    group,
    version: version.name,
    kind,
    plural,
    namespaced: spec.scope === 'Namespaced',
    type: anything,
  })
}

const isSame = (a: Resource, b: Resource) => a.root === b.root && a.plural === b.plural && a.kind === b.kind

/**
 * Watches the kinds that definitions add, as long as they are there. `watch` is how one kind is watched. Definitions are
 * large: only what tells them apart is held, and the rest is asked for when one changes.
 */
export function watchCustomKinds(
  { client, informers, log }: Pick<ControllerContext, 'client' | 'informers' | 'log'>,
  watch: (resource: Resource) => Watch,
): Watch {
  const informer = informers.of(customResourceDefinitions, { identityOnly: true })
  return {
    informer,
    begin(queue) {
      const watched = new Map<string, { readonly kind: Resource; stop(): void }>()
      let over = false
      const end = (name: string) => {
        watched.get(name)?.stop()
        watched.delete(name)
      }
      const look = async (name: string) => {
        try {
          // By a list: upstream's role lets the quota controller list everything, and get nothing.
          const { items } = await client.of(customResourceDefinitions).list({ fieldSelector: `metadata.name=${name}` })
          const kind = items[0] && kindOf(items[0])
          const before = watched.get(name)
          if (over || !informer.cache.get(name) || (kind && before && isSame(kind, before.kind))) return
          end(name)
          if (kind) watched.set(name, { kind, stop: watch(kind).begin(queue) })
        } catch (error) {
          log.warn('a definition could not be read', { name, error })
        }
      }
      const changed = ({ metadata }: CustomResourceDefinition) => void look(metadata.name ?? '')
      const stop = informer.on({ added: changed, changed, removed: ({ metadata }) => end(metadata.name ?? '') })
      return () => {
        over = true
        stop()
        for (const name of [...watched.keys()]) end(name)
      }
    },
  }
}
