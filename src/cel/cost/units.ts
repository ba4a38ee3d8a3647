/** What things cost, in cel-go's units. The same numbers serve the estimate and the count. */
export const units = {
  select: 1,
  list: 10,
  map: 30,
  struct: 40,
  /** For each character that is looked at once. */
  perCharacter: 0.1,
  /** For each character of a pattern, times that of the text. */
  perPatternCharacter: 0.25,
  /** One question to the authorizer: two fit into one evaluation. */
  authorization: 350_000,
} as const

/** Characters of the longest named format, and of the pattern it may have. */
export const longestFormat = 64
export const longestFormatPattern = 128

/** Functions whose cost does not depend on their arguments. */
export const flat: ReadonlySet<string> = new Set([
  ...['serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name', 'allowed', 'reason', 'error'],
  ...['errored', 'masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast'],
  ...['isLinkLocalUnicast', 'isGlobalUnicast', 'format.named', 'sign', 'asInteger', 'isInteger', 'asApproximateFloat'],
  ...['isGreaterThan', 'isLessThan', 'compareTo', 'add', 'sub', 'major', 'minor', 'patch', 'getScheme', 'getHostname'],
  ...['getHost', 'getPort', 'getEscapedPath', 'getQuery'],
])

/** Functions that walk once over their first argument. */
export const traversals: ReadonlySet<string> = new Set([
  ...['url', 'jsonpatch.escapeKey', 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver', 'ip'],
])

/** Overloads that compare two values, as far as the smaller one goes. */
export const comparisons: ReadonlySet<string> = new Set([
  ...['less', 'greater', 'less_equals', 'greater_equals'].flatMap(word => [`${word}_string`, `${word}_bytes`]),
  'equals',
  'not_equals',
])

/** The cost of parsing a selector: a requirement for every second character at worst. */
export const selectorCost = (characters: number): number =>
  units.list +
  Math.ceil(characters * units.perCharacter) +
  Math.ceil(Math.ceil(characters * 0.5) * (units.list + units.struct))
