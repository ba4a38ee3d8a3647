import { invalidSinceLabel, lastUsedLabel } from '../../api/core/legacyTokens.ts'
import type { Secret } from '../../api/core/secret.ts'
import { parseTime } from '../../schema/scalars/time.ts'

/** The day of a time, as labels tell it. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))

/** What is to become of a token that nobody mounts, by how long it was not used: marked invalid first, then deleted. */
export function verdictOn({ metadata }: Secret, now: number, period: number): 'keep' | 'mark' | 'delete' {
  const { creationTimestamp, deletionTimestamp, labels = {} } = metadata
  if (deletionTimestamp || !creationTimestamp || parseTime(creationTimestamp) >= now - period) return 'keep'
  const latest = dayOf(now - period)
  const used = labels[lastUsedLabel]
  // What cannot be read might be a use of today.
  if (used !== undefined && (!isDay(used) || used >= latest)) return 'keep'
  const invalid = labels[invalidSinceLabel]
  if (!isDay(invalid)) return 'mark'
  return invalid >= latest ? 'keep' : 'delete'
}
