/**
 * What strict decoding found, in the order in which it stands in the body, as upstream tells it: unknown fields and
 * fields that stand twice. A field that nobody knows is not also told to stand twice.
 */
export function inOrder(raw: unknown, unknown: readonly string[], duplicate: readonly string[]): readonly string[] {
  if (unknown.length === 0 || duplicate.length === 0) return [...unknown, ...duplicate]
  const pathOf = (problem: string) => JSON.parse(problem.slice(problem.indexOf('"'))) as string
  const nobodys = new Set(unknown.map(pathOf))
  const problems = [...unknown, ...duplicate.filter(problem => !isTold(problem) || !nobodys.has(pathOf(problem)))]
  const places = placesOf(raw)
  const place = (problem: string) => (isTold(problem) ? (places.get(pathOf(problem)) ?? Infinity) : -1)
  return problems
    .map((problem, index) => ({ problem, index, place: place(problem) }))
    .sort((a, b) => a.place - b.place || a.index - b.index)
    .map(({ problem }) => problem)
}

/** Problems of YAML are told by their lines. */
const isTold = (problem: string) => /^(unknown|duplicate) field "/.test(problem)

function placesOf(raw: unknown): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  const walk = (value: unknown, path: string) => {
    if (Array.isArray(value)) for (const [index, each] of value.entries()) walk(each, `${path}[${index}]`)
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) {
        const inner = path ? `${path}.${name}` : name
        places.set(inner, places.size)
        walk(each, inner)
      }
  }
  walk(raw, '')
  return places
}
