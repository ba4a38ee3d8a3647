/** First and last index of a run, both included. */
export type IndexInterval = readonly [first: number, last: number]

/** Why a text is no list of intervals, in upstream's words. */
export interface IndexProblem {
  readonly problem: string
}

/** Reads `1,3-5,7`: ascending, and all below `completions`. An empty text has no intervals. */
export function parseIndexes(text: string, completions: number): readonly IndexInterval[] | IndexProblem {
  if (text === '') return []
  const intervals: IndexInterval[] = []
  let last: number | undefined
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions)
    if ('problem' in interval) return interval
    if (last !== undefined && last >= interval[0]) return outOfOrder(last, interval[0])
    last = interval[1]
    intervals.push(interval)
  }
  return intervals
}

const outOfOrder = (before: number, now: number): IndexProblem => ({
  problem: `non-increasing order, previous: ${before}, current: ${now}`,
})

function parseInterval(text: string, completions: number): IndexInterval | IndexProblem {
  const limits = text.split('-')
  if (limits.length > 2)
    return {
      problem: `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    }
  const numbers: number[] = []
  for (const limit of limits) {
    if (!/^\+?\d{1,18}$/.test(limit))
      return { problem: `cannot convert string to integer for index: ${JSON.stringify(limit)}` }
    const index = Number(limit)
    if (index >= completions) return { problem: `too large index: ${JSON.stringify(limit)}` }
    numbers.push(index)
  }
  const [first = 0, last] = numbers
  if (last === undefined) return [first, first]
  return first >= last ? outOfOrder(first, last) : [first, last]
}

/** How many indexes the intervals hold. */
export const indexCount = (intervals: readonly IndexInterval[]): number =>
  intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0)

/** Intervals as text; a hyphen joins three indexes and more. */
export const formatIndexes = (intervals: readonly IndexInterval[]): string =>
  intervals
    .map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',')

/** The first index that stands in both texts; intervals that can't be read are passed over. */
export function overlap(a: string, b: string, completions: number): number | undefined {
  const readable = (text: string): IndexInterval[] =>
    text === ''
      ? []
      : text.split(',').flatMap(part => {
          const interval = parseInterval(part, completions)
          return 'problem' in interval ? [] : [interval]
        })
  const [left, right] = [readable(a), readable(b)]
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    const [[firstA, lastA], [firstB, lastB]] = [left[i] ?? [0, 0], right[j] ?? [0, 0]]
    if (firstA <= lastB && firstB <= lastA) return Math.max(firstA, firstB)
    if (firstA <= firstB) i++
    else j++
  }
  return undefined
}
