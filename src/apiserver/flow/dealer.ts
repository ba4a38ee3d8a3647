import { createHash } from 'node:crypto'

/**
 * Deals a flow its hand of queues: which, depends on the flow's hash alone, and no queue comes twice
 * (`shufflesharding.Dealer`). Flows that share one queue hardly share all: an elephant squashes few mice.
 */
export function deal(hash: bigint, deckSize: number, handSize: number): number[] {
  const hand: number[] = []
  let rest = hash
  for (let index = 0; index < handSize; index++) {
    const left = BigInt(deckSize - index)
    let card = Number(rest % left)
    rest /= left
    // The card counts those not yet dealt: every one dealt before it moves it up.
    for (const dealt of [...hand].sort((a, b) => a - b)) if (card >= dealt) card++
    hand.push(card)
  }
  return hand
}

/** What tells flows apart: 64 bits of a hash over the schema's name and what it distinguishes by. */
export function flowHash(schema: string, distinguisher: string): bigint {
  return createHash('sha256').update(`${schema}\u0000${distinguisher}`).digest().readBigUInt64LE(0)
}
