import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './clock.ts'

test('a timer of the machine fires when its time has passed, and one of many days does not fire at once', async () => {
  const begun = systemClock.now()
  const far = systemClock.after(2 ** 32, () => assert.fail('fired 50 days too soon'))
  const keepAlive = setInterval(() => {}, 1000)
  await new Promise<void>(resolve => systemClock.after(20, resolve))
  clearInterval(keepAlive)
  assert.ok(systemClock.now() - begun >= 19)
  far.cancel()
})
