import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEmitter } from './event.ts'

test('listeners hear in the order they came, until they leave', () => {
  const emitter = createEmitter<number>()
  const seen: string[] = []
  const listen = (event: number) => void seen.push(`a${event}`)
  const leave = emitter.on(listen)
  emitter.on(event => seen.push(`b${event}`))
  emitter.on(listen)
  emitter.emit(1)
  leave()
  leave()
  emitter.emit(2)
  assert.deepEqual(seen, ['a1', 'b1', 'a1', 'b2', 'a2'])
  assert.equal(emitter.listeners, 2)
})
