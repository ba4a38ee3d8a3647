/**
 * Replaces `$(NAME)` by the value `lookup` gives; what it does not know stays as written, and `$$` stands for `$`
 * (`k8s.io/kubernetes/third_party/forked/golang/expansion`).
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  let result = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string
    if (char !== '$' || at + 1 >= text.length) {
      result += char
      continue
    }
    const next = text[at + 1] as string
    if (next === '$') {
      result += '$'
      at++
    } else if (next === '(') {
      const end = text.indexOf(')', at + 2)
      if (end < 0) {
        result += '$('
        at++
      } else {
        const name = text.slice(at + 2, end)
        result += lookup(name) ?? `$(${name})`
        at = end
      }
    } else {
      result += `$${next}`
      at++
    }
  }
  return result
}

/** A lookup in several maps, the first that has the name wins. */
export const lookupIn =
  (...maps: readonly ReadonlyMap<string, string>[]) =>
  (name: string): string | undefined =>
    maps.find(map => map.has(name))?.get(name)
