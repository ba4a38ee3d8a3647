import type { StructExpr } from '../syntax/ast.ts'
import { errorType, formatType, isDyn, optional, type Type, typeName, unwrapOptional } from '../types.ts'
import type { Checking } from './checker.ts'

/** The type of `Name{field: value}`: its fields must be known and their values fit. */
export function checkStruct(checking: Checking, expr: StructExpr): Type {
  const name = expr.name.startsWith('.') ? expr.name.slice(1) : expr.name
  const named = checking.env.variable(name)
  if (!named) {
    checking.report(expr.offset, `undeclared reference to '${expr.name}' (in container '')`)
    return errorType
  }
  const type = structType(checking, expr, named)
  for (const { field, value, optional: isOptional, offset } of expr.fields) {
    let given = checking.check(value)
    const wanted = type.kind === 'struct' ? type.field(field) : undefined
    if (type.kind !== 'struct') checking.report(offset, `unexpected failed resolution of '${name}'`)
    else if (!wanted) checking.report(offset, `undefined field '${field}'`)
    if (isOptional) {
      const inner = unwrapOptional(given)
      if (!inner && !isDyn(given))
        checking.report(value.offset, `expected type '${formatType(optional(given))}' but found '${formatType(given)}'`)
      given = inner ?? given
    }
    if (wanted && !checking.assignable(wanted, given))
      checking.report(
        offset,
        `expected type of field '${field}' is '${formatType(wanted)}' but provided type is '${formatType(given)}'`,
      )
  }
  return type
}

function structType(checking: Checking, expr: StructExpr, named: Type): Type {
  if (named.kind !== 'type' || !named.of) {
    checking.report(expr.offset, `'${typeName(named)}' is not a type`)
    return errorType
  }
  if (named.of.kind !== 'struct') {
    checking.report(expr.offset, `'${typeName(named.of)}' is not a message type`)
    return errorType
  }
  return named.of
}
