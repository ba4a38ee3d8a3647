import type { IndexInterval } from '../../api/batch/jobIndexes.ts'
import { jobIndexLabel } from '../../api/batch/jobSelector.ts'
import type { Pod } from '../../api/core/pod/pod.ts'

/** A set of indexes as ascending intervals that do not touch. */
export type Indexes = readonly IndexInterval[]

/** The index of a pod; undefined when it has none that makes sense. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[jobIndexLabel] ?? ''
  return /^\+?\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** Reads what a status says, as far as it makes sense; indexes from `completions` on are left out. */
export function readIndexes(text: string, completions: number): Indexes {
  const found: IndexInterval[] = []
  for (const part of text === '' ? [] : text.split(',')) {
    const [first = '', last = first] = part.split('-')
    if (!/^\d{1,9}$/.test(first) || !/^\d{1,9}$/.test(last) || Number(first) >= completions) continue
    found.push([Number(first), Math.min(Number(last), completions - 1)])
  }
  return union(found, [])
}

/** Indexes of either set. */
export function union(a: Indexes, b: Indexes): Indexes {
  const merged: [number, number][] = []
  for (const [first, last] of [...a, ...b].sort(([left], [right]) => left - right)) {
    const end = merged.at(-1)
    if (end && first <= end[1] + 1) end[1] = Math.max(end[1], last)
    else merged.push([first, last])
  }
  return merged
}

export const setOf = (indexes: Iterable<number>): Indexes =>
  union(
    [...indexes].map(index => [index, index] as const),
    [],
  )

export function has(all: Indexes, index: number): boolean {
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((all[middle]?.[1] ?? 0) >= index) high = middle
    else low = middle + 1
  }
  const found = all[low]
  return found !== undefined && found[0] <= index
}

/** The first `count` indexes below `completions` that are not in the set. */
export function missing(all: Indexes, count: number, completions: number): number[] {
  const found: number[] = []
  let next = 0
  for (const [first, last] of [...all, [completions, completions] as const]) {
    for (; next < Math.min(first, completions) && found.length < count; next++) found.push(next)
    next = Math.max(next, last + 1)
  }
  return found
}

/** How many indexes both sets have. */
export function shared(a: Indexes, b: Indexes): number {
  let count = 0
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [[firstA, lastA], [firstB, lastB]] = [a[i] ?? [0, 0], b[j] ?? [0, 0]]
    count += Math.max(0, Math.min(lastA, lastB) - Math.max(firstA, firstB) + 1)
    if (lastA <= lastB) i++
    if (lastB <= lastA) j++
  }
  return count
}
