/** Units of cost that one evaluation may spend: about a tenth of a second. */
export const perCallLimit = 1_000_000
/** Units that all rules of one object, or of one policy binding, may spend together. */
export const objectBudget = 10_000_000
/** Units that the match conditions of one webhook or policy binding may spend together. */
export const matchConditionsBudget = 2_500_000
/** Bytes of the largest message that an expression may make. */
export const longestMessage = 5 * 1024

/** Code points of the longest expression. */
export const tooLongExpression = 100_000
/** How deep expressions nest at most. */
export const tooManyNested = 250

/** Bytes of the largest request, by which sizes are estimated. */
export const largestRequest = 3 * 1024 * 1024
