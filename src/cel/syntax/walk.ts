import type { Expr } from './ast.ts'

/** The nodes right below one. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      return []
    case 'select':
      return [expr.operand]
    case 'call':
      return expr.target ? [expr.target, ...expr.args] : expr.args
    case 'list':
      return expr.elements
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value])
    case 'struct':
      return expr.fields.map(({ value }) => value)
    case 'fold':
      return [expr.range, expr.init, expr.condition, expr.step, expr.result]
  }
}

/** Visits a tree from the top. */
export function descend(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr)
  for (const child of children(expr)) descend(child, visit)
}
