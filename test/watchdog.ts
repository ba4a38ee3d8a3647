import { isMainThread } from 'node:worker_threads'

/**
 * Ends the process of a test file that is still running after so many milliseconds, and tells what kept it alive:
 * the runner's `--test-timeout` ends tests, not a process that a forgotten handle keeps running.
 */
const limit = 600_000

if (isMainThread && process.env.NODE_TEST_CONTEXT !== undefined) {
  setTimeout(() => {
    console.error(`${process.argv[1]} was still running after ${limit / 60_000} minutes, kept alive by`)
    console.error(process.getActiveResourcesInfo().join(', '))
    process.exit(1)
  }, limit).unref()
}
