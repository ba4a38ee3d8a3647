import { isTrue } from '../../api/apiextensions/conditions.ts'
import { type CustomResourceDefinition, customResourceDefinitions } from '../../api/index.ts'
import { type Resource, resource } from '../../api/resource.ts'
import type { Watch } from '../../client/controller.ts'
import type { Informers } from '../../client/informer.ts'
import type { Type } from '../../schema/types.ts'

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

/** Watches the kinds that definitions add, as long as they are there. `watch` is how one kind is watched. */
export function watchCustomKinds(informers: Informers, watch: (resource: Resource) => Watch): Watch {
  const informer = informers.of(customResourceDefinitions)
  return {
    informer,
    begin(queue) {
      const watched = new Map<string, { readonly kind: Resource; stop(): void }>()
      const end = (name: string) => {
        watched.get(name)?.stop()
        watched.delete(name)
      }
      const look = (definition: CustomResourceDefinition) => {
        const { name = '' } = definition.metadata
        const kind = kindOf(definition)
        const before = watched.get(name)
        if (kind && before && isSame(kind, before.kind)) return
        end(name)
        if (kind) watched.set(name, { kind, stop: watch(kind).begin(queue) })
      }
      const stop = informer.on({ added: look, changed: look, removed: gone => end(gone.metadata.name ?? '') })
      return () => {
        stop()
        for (const name of [...watched.keys()]) end(name)
      }
    },
  }
}
