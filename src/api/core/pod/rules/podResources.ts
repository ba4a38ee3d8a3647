import { forbidden, invalid } from '../../../../schema/rules/errors.ts'
import { compareQuantities } from '../../../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { specResources } from '../requests.ts'
import type { PodSpec } from '../spec.ts'
import { resourceRules } from './resources.ts'

/** Resources of the pod as a whole: they have room for those of its containers. */
export function podResourceRules(spec: PodSpec, claims: readonly string[], path: Path): FieldError[] {
  const { resources } = spec
  if (!resources) return []
  if (spec.os?.name === 'windows') return [forbidden(path, 'may not be set for a windows pod')]
  const errors: FieldError[] = []
  if (resources.claims) errors.push(forbidden(path.child('claims'), 'claims may not be set for Resources at pod-level'))
  errors.push(...resourceRules(resources, path, claims, 'pod'))
  for (const [name, needed] of Object.entries(specResources(spec, 'requests'))) {
    const own = resources.requests?.[name]
    if (own !== undefined && compareQuantities(needed, own) > 0)
      errors.push(
        invalid(
          path.child('requests').key(name),
          own,
          `must be greater than or equal to aggregate container requests of ${needed}`,
        ),
      )
  }
  for (const [name, needed] of Object.entries(specResources(spec, 'limits'))) {
    const own = resources.limits?.[name]
    if (name.startsWith('hugepages-') && own !== undefined && compareQuantities(needed, own) > 0)
      errors.push(
        invalid(
          path.child('limits').key(name),
          own,
          `must be greater than or equal to aggregate container limits of ${needed}`,
        ),
      )
  }
  for (const [i, container] of spec.containers.entries())
    for (const [name, limit] of Object.entries(container.resources.limits ?? {})) {
      const own = resources.limits?.[name]
      if (own !== undefined && compareQuantities(limit, own) > 0)
        errors.push(
          invalid(
            path.child('containers').index(i).key(name).child('limits'),
            limit,
            `must be less than or equal to pod limits of ${own}`,
          ),
        )
    }
  return errors
}
