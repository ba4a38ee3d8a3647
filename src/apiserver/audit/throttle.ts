import type { Clock } from '../../base/clock.ts'

/** Says for each call how many milliseconds it has to wait: `rate` calls a second, `burst` at once after a pause. */
export function tokenBucket(
  clock: Pick<Clock, 'now'>,
  { rate, burst }: { readonly rate: number; readonly burst: number },
): () => number {
  let tokens = burst
  let at = clock.now()
  return () => {
    const now = clock.now()
    tokens = Math.min(burst, tokens + ((now - at) * rate) / 1000) - 1
    at = now
    return tokens < 0 ? Math.ceil((-tokens * 1000) / rate) : 0
  }
}
