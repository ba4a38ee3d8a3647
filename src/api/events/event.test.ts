import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fill } from '../../testing/fill.ts'
import { Event } from '../core/eventType.ts'
import { EventV1, eventsV1 } from './event.ts'

test('an event means the same under both versions', () => {
  const stored = { ...fill(Event), apiVersion: 'v1', kind: 'Event' }
  assert.deepEqual(eventsV1.up(eventsV1.down(stored)), stored)
  const served = { ...fill(EventV1), apiVersion: 'events.k8s.io/v1', kind: 'Event' }
  assert.deepEqual(eventsV1.down(eventsV1.up(served)), served)
})
