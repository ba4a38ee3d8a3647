/**
 * Waits until `check` returns something other than undefined or false, and gives it back. A check that throws is tried
 * again; when time is up its last error is the reason. Milliseconds; 10 s by default.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  patience = 10_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + patience
  let last: unknown = new Error('the condition did not hold')
  for (;;) {
    try {
      const found = await check()
      if (found !== undefined && found !== false && found !== null) return found as NonNullable<Exclude<T, false>>
      last = new Error('the condition did not hold')
    } catch (error) {
      last = error
    }
    if (performance.now() > end) throw new Error(`waited ${patience} ms in vain`, { cause: last })
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
