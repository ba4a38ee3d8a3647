/**
 * Runs `count` calls in growing batches (1, 2, 4, ...): when the first fail, the rest are not tried, so that an owner
 * whose pods are refused costs one request, not thousands. Resolves with how many went well and the first error.
 */
export async function slowStart(
  count: number,
  call: (position: number) => Promise<void>,
): Promise<{ done: number; error?: unknown }> {
  let done = 0
  for (let size = 1, begun = 0; begun < count; size *= 2) {
    const batch = Math.min(size, count - begun)
    const results = await Promise.allSettled(Array.from({ length: batch }, (_, offset) => call(begun + offset)))
    begun += batch
    const failed = results.find(result => result.status === 'rejected')
    done += results.filter(result => result.status === 'fulfilled').length
    if (failed) return { done, error: failed.reason }
  }
  return { done }
}
