import type { PriorityLevelLike } from './model.ts'

/** How many seats a level has, and between which bounds it may lend and borrow. */
export interface SeatLimits {
  readonly exempt: boolean
  readonly nominal: number
  readonly lower: number
  readonly upper: number
}

const shareOf = ({ spec }: PriorityLevelLike): number =>
  (spec.type === 'Exempt' ? (spec.exempt?.nominalConcurrencyShares ?? 0) : spec.limited?.nominalConcurrencyShares) ?? 30

/** Seats of all levels, by name: the server's seats are divided by shares, and rounded up. */
export function seatLimits(levels: readonly PriorityLevelLike[], seats: number): Map<string, SeatLimits> {
  const shares = levels.reduce((sum, level) => sum + shareOf(level), 0)
  return new Map(
    levels.map(level => {
      const exempt = level.spec.type === 'Exempt'
      const nominal = shares > 0 ? Math.ceil((seats * shareOf(level)) / shares) : 0
      const lendable = (exempt ? level.spec.exempt?.lendablePercent : level.spec.limited?.lendablePercent) ?? 0
      const borrowing = exempt ? undefined : level.spec.limited?.borrowingLimitPercent
      const lower = nominal - Math.round((nominal * lendable) / 100)
      const upper = borrowing === undefined ? seats : nominal + Math.round((nominal * borrowing) / 100)
      return [level.metadata.name ?? '', { exempt, nominal, lower, upper: Math.max(upper, nominal) }] as const
    }),
  )
}

/** What a level could have used lately. */
export interface Demand {
  readonly limits: SeatLimits
  /** Most seats taken or waited for at once since seats were last shared out. */
  readonly highest: number
  /** The same, smoothed over time. */
  readonly smoothed: number
}

/**
 * Shares the seats out anew (`configController.updateBorrowingLocked`): nobody gets less than what may not be lent or was
 * just needed of its own, and the rest goes by demand. Returns limits in the order of the demands.
 */
export function shareSeats(demands: readonly Demand[]): number[] {
  const total = demands.reduce((sum, { limits }) => sum + limits.nominal, 0)
  const least = demands.map(({ limits, highest }) =>
    limits.exempt ? Math.max(limits.lower, highest) : Math.max(limits.lower, Math.min(limits.nominal, highest)),
  )
  const sumOf = (pick: (index: number) => number, exempt: boolean) =>
    demands.reduce((sum, { limits }, index) => (limits.exempt === exempt ? sum + pick(index) : sum), 0)
  const remaining = total - sumOf(index => least[index] ?? 0, true)
  const lowest = sumOf(index => demands[index]?.limits.lower ?? 0, false)
  const needed = sumOf(index => least[index] ?? 0, false)
  const given = (index: number): number => {
    const { limits, smoothed } = demands[index] as Demand
    const own = least[index] ?? 0
    if (limits.exempt) return own
    if (remaining <= lowest) return limits.lower
    if (remaining <= needed) {
      return limits.lower + Math.round(((own - limits.lower) * (remaining - lowest)) / (needed - lowest))
    }
    return Math.round(clamp(fraction * Math.max(own, smoothed, 0.001), own, limits.upper))
  }
  const fraction =
    remaining > needed
      ? fairFraction(
          remaining,
          demands.flatMap(({ limits, smoothed }, index) => {
            const low = least[index] ?? 0
            return limits.exempt ? [] : [{ target: Math.max(low, smoothed, 0.001), low, high: limits.upper }]
          }),
        )
      : 0
  return demands.map((_, index) => given(index))
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high))

/** The factor by which all targets grow or shrink alike so that together they fill the seats; found by halving. */
function fairFraction(
  seats: number,
  items: readonly { readonly target: number; readonly low: number; readonly high: number }[],
): number {
  const filled = (factor: number) =>
    items.reduce((sum, { target, low, high }) => sum + clamp(factor * target, low, high), 0)
  let low = 0
  let high = 1
  while (filled(high) < seats && high < 1e9) high *= 2
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (filled(middle) < seats) low = middle
    else high = middle
  }
  return high
}
