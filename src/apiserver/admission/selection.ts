import type { AdmissionPlugin } from '../contract.ts'

/** Which plugins run, by their names: upstream's `--enable-admission-plugins` and `--disable-admission-plugins`. */
export interface PluginSelection {
  /** In addition to those that run by default. */
  readonly enable?: readonly string[]
  readonly disable?: readonly string[]
}

const offByDefault = new Set(['OwnerReferencesPermissionEnforcement', 'PodTolerationRestriction'])
/** Not plugins upstream but part of its authorizer: nobody can switch them off. */
const alwaysOn = new Set(['RBACEscalation'])

/** Those that are to run, in their order. Throws for a name that is no plugin's, or that is asked for both ways. */
export function selectPlugins(
  plugins: readonly AdmissionPlugin[],
  { enable = [], disable = [] }: PluginSelection,
): readonly AdmissionPlugin[] {
  const known = new Set(plugins.map(({ name }) => name).filter(name => !alwaysOn.has(name)))
  for (const [flag, names] of Object.entries({ enable, disable })) {
    const unknown = names.find(name => !known.has(name))
    if (unknown !== undefined)
      throw new Error(
        `${flag}-admission-plugins plugin ${JSON.stringify(unknown)} is unknown; there are ${[...known].sort().join(', ')}`,
      )
  }
  const both = enable.filter(name => disable.includes(name))
  if (both.length > 0)
    throw new Error(`[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`)
  return plugins.filter(({ name }) => !disable.includes(name) && (!offByDefault.has(name) || enable.includes(name)))
}
