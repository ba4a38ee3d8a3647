import { compile } from '../../cel/compile.ts'
import { estimateCost, type Sizes } from '../../cel/cost/estimate.ts'
import { createEnvironment } from '../../cel/environment.ts'
import * as cel from '../../cel/types.ts'
import { forbidden, internal, invalid, required, tooLong } from '../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import type { DeviceSelector } from './deviceType.ts'
import { listRules } from './lists.ts'

const longest = 10 * 1024
const mostSelectors = 32
const highestCost = 1_000_000

const domains = (of: cel.Type): cel.Type => cel.map(cel.string, cel.map(cel.string, of))

/** What an expression may speak of: a device, with the attributes and capacities of each domain. Of upstream's dynamic-resource-allocation/cel. */
export const deviceEnvironment = createEnvironment({
  variables: {
    device: cel.struct('kubernetes.DRADevice', {
      driver: cel.string,
      allowMultipleAllocations: cel.bool,
      attributes: domains(cel.dyn),
      capacity: domains(cel.struct('kubernetes.Quantity', {})),
    }),
  },
})

interface Sized {
  readonly most: number
  readonly key?: number
  readonly element?: Sized
}

const domainSizes = (value: number): Sized => ({
  most: 32,
  key: 63,
  element: { most: 32, key: 32, element: { most: value } },
})
const fieldSizes: Readonly<Record<string, Sized>> = {
  driver: { most: 63 },
  allowMultipleAllocations: { most: 1 },
  attributes: domainSizes(64),
  capacity: domainSizes(0),
}

const sizes: Sizes = ([variable, field, ...path]) => {
  if (variable !== 'device') return undefined
  if (field === undefined) return 0
  let at = Object.hasOwn(fieldSizes, field) ? fieldSizes[field] : undefined
  for (const name of path) {
    if (name === '@keys') return at?.key
    // A field of a map is one of its values.
    at = at?.element
  }
  return at?.most
}

/** Conditions on devices: at most 32, each an expression that can be evaluated at a bounded cost. */
export const selectorRules = (selectors: readonly DeviceSelector[] | undefined, path: Path): FieldError[] =>
  listRules(
    selectors ?? [],
    mostSelectors,
    ({ cel: condition }, here) => {
      const place = here.child('cel')
      return condition ? expressionRules(condition.expression, place.child('expression')) : [required(place)]
    },
    path,
  )

/** An expression that tells whether a device will do. */
function expressionRules(expression: string, path: Path): FieldError[] {
  if (expression.length > longest) return [tooLong(path, longest)]
  const compiled = compile(expression, deviceEnvironment)
  if ('errors' in compiled)
    return compiled.unplannable
      ? [internal(path, `program instantiation failed: ${compiled.message}`)]
      : [invalid(path, expression, `compilation failed: ${compiled.message}`)]
  if (compiled.type.kind !== 'bool' && compiled.type.kind !== 'dyn') {
    const why = `must evaluate to bool or the unknown type, not ${cel.formatType(compiled.type)}`
    return [invalid(path, expression, why)]
  }
  return estimateCost(compiled, sizes).max > highestCost ? [forbidden(path, 'too complex, exceeds cost limit')] : []
}
