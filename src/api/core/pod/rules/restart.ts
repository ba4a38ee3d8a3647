import { duplicate, invalid, notSupported, required, tooMany } from '../../../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { Container, ContainerResizePolicy } from '../container.ts'

const mostRules = 20
const mostExitCodes = 255

/** The container's own restart policy and the rules before it. */
export function restartRules({ restartPolicy, restartPolicyRules = [] }: Container, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (restartPolicy === undefined && restartPolicyRules.length > 0)
    errors.push(required(path.child('restartPolicy'), 'must specify restartPolicy when restart rules are used'))
  const list = path.child('restartPolicyRules')
  if (restartPolicyRules.length > mostRules) errors.push(tooMany(list, restartPolicyRules.length, mostRules))
  for (const [i, { action, exitCodes }] of restartPolicyRules.entries()) {
    if (!action) errors.push(notSupported(list.index(i).child('action'), '', ['Restart', 'RestartAllContainers']))
    const here = list.index(i).child('exitCodes')
    if (!exitCodes) {
      errors.push(required(here, 'must be specified'))
      continue
    }
    if (!exitCodes.operator) errors.push(notSupported(here.child('operator'), '', ['In', 'NotIn']))
    const values = exitCodes.values?.length ?? 0
    if (values > mostExitCodes) errors.push(tooMany(here.child('values'), values, mostExitCodes))
  }
  return errors
}

/** What a change of resources does: told once for CPU and memory each. */
export function resizePolicyRules(
  policies: readonly ContainerResizePolicy[],
  podRestartPolicy: string | undefined,
  path: Path,
): FieldError[] {
  const seen = new Set<string>()
  return policies.flatMap(({ resourceName, restartPolicy }, i) => {
    const errors: FieldError[] = []
    if (seen.has(resourceName)) errors.push(duplicate(path.index(i), resourceName))
    seen.add(resourceName)
    if (!resourceName) errors.push(required(path))
    else if (resourceName !== 'cpu' && resourceName !== 'memory')
      errors.push(notSupported(path, resourceName, ['cpu', 'memory']))
    if (!restartPolicy) errors.push(required(path))
    else if (restartPolicy !== 'NotRequired' && restartPolicy !== 'RestartContainer')
      errors.push(notSupported(path, restartPolicy, ['NotRequired', 'RestartContainer']))
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired')
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"))
    return errors
  })
}
