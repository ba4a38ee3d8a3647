import { compareQuantities, parseQuantity, type Quantity, quantityProblem } from '../../schema/scalars/quantity.ts'
import { fn, type Library, method } from '../check/environment.ts'
import { bool, double, int, string, struct } from '../types.ts'
import { CelError, Opaque, type Value } from '../values/value.ts'

const quantityType = struct('kubernetes.Quantity', {})
const one = 1_000_000_000n

class QuantityValue extends Opaque {
  readonly type = quantityType
  readonly quantity: Quantity
  constructor(quantity: Quantity) {
    super()
    this.quantity = quantity
  }
  equals(other: Opaque): boolean {
    return other instanceof QuantityValue && compareQuantities(this.quantity, other.quantity) === 0
  }
}

const quantityOf = (value: Value): Quantity => (value as QuantityValue).quantity

function parse(text: Value): Value {
  const problem = quantityProblem(text as string)
  if (problem !== undefined) throw new CelError(problem)
  return new QuantityValue(parseQuantity(text as string))
}

/** The whole number that a quantity is, when it is one of 64 bits. */
function integer(value: Value): bigint | undefined {
  const { nano } = quantityOf(value)
  const whole = nano / one
  return nano % one === 0n && BigInt.asIntN(64, whole) === whole ? whole : undefined
}

function asInteger(value: Value): bigint {
  const whole = integer(value)
  if (whole === undefined) throw new CelError('cannot convert value to integer')
  return whole
}

const nanoOf = (value: Value): bigint => (typeof value === 'bigint' ? value * one : quantityOf(value).nano)
const summed =
  (sign: bigint) =>
  (a: Value, b: Value): Value => {
    const { nano, format } = quantityOf(a)
    return new QuantityValue({ nano: nano + sign * nanoOf(b), format })
  }
const order = (a: Value, b: Value): number => compareQuantities(quantityOf(a), quantityOf(b))

/** Kubernetes' quantities: `quantity('1.5Gi')`. */
export const quantities: Library = {
  types: { 'kubernetes.Quantity': quantityType },
  functions: {
    quantity: [fn('string_to_quantity', [string], quantityType, parse)],
    isQuantity: [fn('is_quantity_string', [string], bool, text => quantityProblem(text as string) === undefined)],
    sign: [
      fn('quantity_sign', [quantityType], int, value => {
        const { nano } = quantityOf(value)
        return nano < 0n ? -1n : nano > 0n ? 1n : 0n
      }),
    ],
    isGreaterThan: [method('quantity_is_greater_than', [quantityType, quantityType], bool, (a, b) => order(a, b) > 0)],
    isLessThan: [method('quantity_is_less_than', [quantityType, quantityType], bool, (a, b) => order(a, b) < 0)],
    compareTo: [method('quantity_compare_to', [quantityType, quantityType], int, (a, b) => BigInt(order(a, b)))],
    asApproximateFloat: [
      method('quantity_get_float', [quantityType], double, value => Number(quantityOf(value).nano) / 1e9),
    ],
    asInteger: [method('quantity_get_int', [quantityType], int, asInteger)],
    isInteger: [method('quantity_is_integer', [quantityType], bool, value => integer(value) !== undefined)],
    add: [
      method('quantity_add', [quantityType, quantityType], quantityType, summed(1n)),
      method('quantity_add_int', [quantityType, int], quantityType, summed(1n)),
    ],
    sub: [
      method('quantity_sub', [quantityType, quantityType], quantityType, summed(-1n)),
      method('quantity_sub_int', [quantityType, int], quantityType, summed(-1n)),
    ],
  },
}
