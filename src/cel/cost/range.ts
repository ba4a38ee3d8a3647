/** A size or cost that lies between two bounds. `most` stands for what cannot be bounded, and absorbs what exceeds it. */
export interface Range {
  readonly min: number
  readonly max: number
}

export const unbounded = 2 ** 64

export const zero: Range = { min: 0, max: 0 }
export const unknown: Range = { min: 0, max: unbounded }
export const exactly = (value: number): Range => ({ min: value, max: value })

const capped = (value: number): number => Math.min(value, unbounded)

export const plus = (...all: readonly Range[]): Range => ({
  min: capped(all.reduce((sum, { min }) => sum + min, 0)),
  max: capped(all.reduce((sum, { max }) => sum + max, 0)),
})

export const times = (a: Range, b: Range): Range => ({ min: capped(a.min * b.min), max: capped(a.max * b.max) })

/** Each bound by a factor, rounded up. */
export const scaled = ({ min, max }: Range, factor: number): Range => ({
  min: capped(Math.ceil(min * factor)),
  max: capped(Math.ceil(max * factor)),
})

/** The smallest range around both. */
export const around = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) })
