import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { eventually } from '../../testing/eventually.ts'
import type { Stored } from '../contract.ts'
import type { WatchFrames } from './content.ts'
import type { Reply } from './reply.ts'
import { createBatcher, createSink } from './watch.ts'

/** The frame of an object is its name; the same bytes for everybody. */
function namesAsFrames(): WatchFrames {
  const made = new Map<string, Uint8Array>()
  return {
    contentType: 'text/plain',
    event(_, { key }) {
      const frame = made.get(key) ?? Buffer.from(key)
      made.set(key, frame)
      return frame
    },
    error: () => Buffer.from('!'),
  }
}

const stored = (key: string): Stored => ({ key, revision: 1, json: Buffer.alloc(0), object: { metadata: {} } })

/** A client that notes what is written to it, and has room as long as it is told to. */
function client() {
  const writes: Uint8Array[] = []
  const self = { writes, room: true, drained: () => {}, ended: false }
  const reply: Reply = {
    begun: true,
    send() {},
    begin() {},
    write: chunk => {
      writes.push(chunk)
      return self.room
    },
    onDrain: listener => {
      self.drained = listener
    },
    end: () => {
      self.ended = true
    },
    onClose() {},
    cut() {},
  }
  return Object.assign(self, { reply, text: () => Buffer.concat(writes).toString() })
}

function watching(count: number) {
  const batcher = createBatcher()
  const frames = namesAsFrames()
  const clock = createVirtualClock(0)
  const clients = Array.from({ length: count }, client)
  const sinks = clients.map(({ reply }) => createSink(reply, frames, batcher, clock))
  const tell = (key: string, to = sinks) => {
    for (const sink of to) assert.equal(sink.event('ADDED', stored(key)), true)
  }
  return { clients, sinks, tell }
}

test('each of many watchers gets every event, in order', async () => {
  const { clients, sinks, tell } = watching(50)
  for (let i = 0; i < 10; i++) tell(`${i} `)
  await Promise.resolve()
  for (let i = 10; i < 20; i++) {
    tell(`${i} `)
    await new Promise(resolve => setImmediate(resolve))
  }
  const all = Array.from({ length: 20 }, (_, i) => `${i} `).join('')
  await eventually(() => clients.every(each => each.text() === all))
  for (const sink of sinks) sink.close()
  await eventually(() => clients.every(each => each.ended))
})

test('watchers that have the same to get are given the same bytes, others their own', async () => {
  const { clients, sinks, tell } = watching(4)
  tell('a')
  tell('b', sinks.slice(2))
  tell('c')
  await eventually(() => clients.map(each => each.text()).join() === 'ac,ac,abc,abc')
  const [first, second, third, last] = clients.map(each => each.writes)
  assert.deepEqual([first?.length, third?.length], [1, 1])
  assert.deepEqual([first?.[0] === second?.[0], third?.[0] === last?.[0]], [true, true])
})

test('a few watchers are written to before the turn ends', async () => {
  const { clients, tell } = watching(3)
  tell('a')
  await Promise.resolve()
  assert.deepEqual(
    clients.map(each => each.text()),
    ['a', 'a', 'a'],
  )
})

test('nothing is written to a client without room, until it has some', async () => {
  const { clients, tell } = watching(1)
  const [slow] = clients as [(typeof clients)[0]]
  slow.room = false
  tell('a')
  await eventually(() => slow.text() === 'a')
  for (const key of ['b', 'c']) tell(key)
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(slow.text(), 'a')
  slow.room = true
  slow.drained()
  await eventually(() => slow.text() === 'abc')
})
