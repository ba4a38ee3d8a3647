import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserInfo } from '../../api/resource.ts'
import { createRegistry } from '../../base/registry.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import type { ServerRequest } from '../contract.ts'
import { requestInfo } from '../requestInfo.ts'
import { deal, flowHash } from './dealer.ts'
import { mandatory, suggested } from './defaults.ts'
import { createFairness, createInflightLimit, type FlowSchemaLike, flowMeter, type PriorityLevelLike } from './index.ts'
import { flowMatcher } from './match.ts'
import { createQueues, Rejected } from './queues.ts'
import { type SeatLimits, seatLimits, shareSeats } from './seats.ts'
import { aftermathOf, widthOf } from './width.ts'

const ask = (method: string, target: string): ServerRequest => ({
  method,
  target,
  query: new URLSearchParams(target.split('?')[1] ?? ''),
  headers: {},
  body: () => Promise.resolve(new Uint8Array(0)),
  signal: new AbortController().signal,
  warnings: [],
})
const infoOf = ({ method, target, query }: ServerRequest) => requestInfo(method, target, query)
const user = (name: string, ...groups: string[]): UserInfo => ({ name, groups: [...groups, 'system:authenticated'] })
const defaults = {
  levels: [...mandatory.levels, ...suggested.levels],
  schemas: [...mandatory.schemas, ...suggested.schemas],
}

test('the default schemas sort requests as upstream does', () => {
  const ordered = [...defaults.schemas].sort(
    (a, b) => (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0),
  )
  const node = user('system:node:a', 'system:nodes')
  const account = (namespace: string) =>
    user(`system:serviceaccount:${namespace}:x`, 'system:serviceaccounts', `system:serviceaccounts:${namespace}`)
  const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/a'
  for (const [who, method, target, expected] of [
    [user('admin', 'system:masters'), 'GET', '/api/v1/pods', 'exempt'],
    [user('a'), 'GET', '/readyz/ping', 'probes'],
    [user('a'), 'POST', '/readyz', 'global-default'],
    [user('system:kube-scheduler'), 'PUT', lease, 'system-leader-election'],
    [user('system:kube-scheduler'), 'DELETE', lease, 'kube-scheduler'],
    [node, 'PUT', lease, 'system-node-high'],
    [node, 'PATCH', '/api/v1/nodes/a/status', 'system-node-high'],
    [node, 'GET', '/api/v1/pods', 'system-nodes'],
    [user('system:kube-controller-manager'), 'GET', '/api/v1/pods', 'kube-controller-manager'],
    [account('kube-system'), 'GET', '/api/v1/pods', 'kube-system-service-accounts'],
    [account('kube-system'), 'GET', '/version', 'kube-system-service-accounts'],
    [account('default'), 'GET', '/api/v1/pods', 'service-accounts'],
    [user('a'), 'GET', '/api/v1/pods', 'global-default'],
  ] as const) {
    const info = infoOf(ask(method, target))
    assert.equal(ordered.find(each => flowMatcher(each)(who, info))?.metadata.name, expected, `${method} ${target}`)
  }
})

test('a hand has no queue twice, and the same flow always the same hand', () => {
  for (let flow = 0; flow < 500; flow++) {
    const hand = deal(flowHash('schema', `user-${flow}`), 64, 6)
    assert.equal(new Set(hand).size, 6)
    assert.ok(hand.every(queue => queue >= 0 && queue < 64))
    assert.deepEqual(hand, deal(flowHash('schema', `user-${flow}`), 64, 6))
  }
  assert.deepEqual(deal(0n, 8, 3), [0, 1, 2])
  assert.deepEqual(deal(7n, 8, 3), [7, 0, 1])
})

test('seats are divided by shares: the figures of upstream for 600 seats', () => {
  const limits = seatLimits(defaults.levels, 600)
  const table = Object.fromEntries(
    [...limits].map(([name, { nominal, lower, upper }]) => [name, [nominal, lower, upper]]),
  )
  assert.deepEqual(table, {
    exempt: [0, 0, 600],
    'catch-all': [13, 13, 600],
    system: [74, 50, 600],
    'node-high': [98, 73, 600],
    'leader-election': [25, 25, 600],
    'workload-high': [98, 49, 600],
    'workload-low': [245, 24, 600],
    'global-default': [49, 24, 600],
  })
})

test('who needs seats gets those that others can lend, and nobody loses what he uses', () => {
  const limits = (nominal: number, lower: number, upper = 100): SeatLimits => ({ exempt: false, nominal, lower, upper })
  for (const [what, demands, expected] of [
    [
      'nobody needs anything: by the same measure for all',
      [
        { limits: limits(50, 25), highest: 0, smoothed: 0 },
        { limits: limits(50, 25), highest: 0, smoothed: 0 },
      ],
      [50, 50],
    ],
    [
      'one is idle: the other gets all but what is not lent',
      [
        { limits: limits(50, 25), highest: 0, smoothed: 0 },
        { limits: limits(50, 25), highest: 90, smoothed: 90 },
      ],
      [22, 78],
    ],
    [
      'both need more than there is: each its own',
      [
        { limits: limits(50, 25), highest: 90, smoothed: 90 },
        { limits: limits(50, 25), highest: 90, smoothed: 90 },
      ],
      [50, 50],
    ],
    [
      'one may not borrow more than half of its own',
      [
        { limits: limits(60, 0), highest: 0, smoothed: 0 },
        { limits: limits(40, 20, 60), highest: 90, smoothed: 90 },
      ],
      [40, 60],
    ],
  ] as const) {
    const shared = shareSeats(demands)
    if (what.startsWith('one is idle')) assert.ok((shared[1] ?? 0) >= 75 && (shared[0] ?? 0) >= 25 - 3, what)
    else assert.deepEqual(shared, expected, what)
  }
})

test('lists are as wide as they are large; all others take one seat', () => {
  const size = () => ({ objects: 3000, bytes: 100 })
  for (const [target, width] of [
    ['/api/v1/pods', 3],
    ['/api/v1/pods?limit=500', 1],
    ['/api/v1/pods?limit=1500', 2],
    ['/api/v1/namespaces/a/pods/b', 1],
    ['/api/v1/pods?watch=1', 3],
    ['/api/v1/pods?watch=1&resourceVersion=7', 1],
    ['/api/v1/pods?watch=1&resourceVersion=7&sendInitialEvents=true', 3],
    ['/version', 1],
  ] as const) {
    const request = ask('GET', target)
    assert.equal(widthOf(infoOf(request), request.query, 20, size), width, target)
  }
  const request = ask('GET', '/api/v1/pods')
  const large = () => ({ objects: 100_000, bytes: 2000 })
  assert.equal(widthOf(infoOf(request), request.query, 20, large), 10, 'answers from memory are streamed')
  assert.equal(widthOf(infoOf(request), request.query, 4, large), 4, 'one list does not fill a level')
})

const hash = (flow: string) => () => flowHash('s', flow)

test('requests wait for seats, and flows get them by turns', async () => {
  const clock = createVirtualClock(0)
  const queues = createQueues(clock, 1, { queues: 64, handSize: 6, queueLengthLimit: 50 })
  const first = queues.take(1)
  assert.ok(first)
  assert.equal(queues.take(1), undefined)
  const order: string[] = []
  const run = async (flow: string) => {
    const release = await queues.wait({ seats: 1, hash: hash(flow), signal: undefined }, () => {})
    order.push(flow)
    await Promise.resolve()
    release()
  }
  const all = [...Array.from({ length: 12 }, () => 'elephant'), 'mouse', 'vole'].map(run)
  assert.equal(queues.waiting, 14)
  first()
  await Promise.all(all)
  // The elephant sits in six queues, the others in one each: they come long before its end.
  assert.ok(order.indexOf('mouse') < 9 && order.indexOf('vole') < 9, order.join(' '))
  assert.equal(queues.seatsTaken, 0)
})

test('a wide request is seated alone when it is wider than all there is', () => {
  const queues = createQueues(createVirtualClock(0), 2, undefined)
  const release = queues.take(5)
  assert.ok(release)
  assert.equal(queues.take(1), undefined)
  release()
  assert.ok(queues.take(1))
  assert.equal(queues.take(5), undefined)
})

test('a request is refused when its queue is full, when nobody may wait, when it waited too long or went away', async () => {
  const clock = createVirtualClock(0)
  const reason = (expected: string) => (error: unknown) => error instanceof Rejected && error.reason === expected
  const wait = (queues: ReturnType<typeof createQueues>, signal?: AbortSignal) =>
    queues.wait({ seats: 1, hash: hash('a'), signal }, () => {})
  const none = createQueues(clock, 1, undefined)
  none.take(1)
  await assert.rejects(wait(none), reason('concurrency-limit'))
  const queues = createQueues(clock, 1, { queues: 1, handSize: 1, queueLengthLimit: 2 })
  queues.take(1)
  const gone = new AbortController()
  const [late, leaving] = [wait(queues), wait(queues, gone.signal)]
  await assert.rejects(wait(queues), reason('queue-full'))
  gone.abort()
  await assert.rejects(leaving, reason('cancelled'))
  const over = assert.rejects(late, reason('time-out'))
  await clock.advance(15_000)
  await over
  assert.equal(queues.waiting, 0)
})

function fairness(
  levels: readonly PriorityLevelLike[],
  schemas: readonly FlowSchemaLike[],
  seats: number,
  watchers: () => number = () => 0,
) {
  const clock = createVirtualClock(0)
  const metrics = createRegistry()
  const state = { version: 1, levels, schemas }
  const flow = createFairness(
    {
      clock,
      meter: flowMeter(metrics),
      version: () => state.version,
      levels: () => state.levels,
      schemas: () => state.schemas,
      size: () => undefined,
      watchers: ({ verb }) => (verb === 'create' ? watchers() : undefined),
    },
    seats,
  )
  const enter = (who: UserInfo, method = 'GET', target = '/api/v1/pods') => {
    const request = ask(method, target)
    return flow.enter(request, infoOf(request), who)
  }
  /** Cells of a dump, by row. */
  const debug = (path: string): string[][] => {
    const request = ask('GET', `/debug/api_priority_and_fairness/${path}`)
    const answer = flow.debug?.(request, infoOf(request), user('admin')) as { body: string }
    const rows = answer.body.trimEnd().split('\n')
    return rows.map(row => row.split(',').map(cell => cell.trim()))
  }
  return { clock, metrics, flow, enter, state, debug }
}

test('a level borrows what another does not use, at once at first and every ten seconds then', async () => {
  const { clock, enter, metrics } = fairness(defaults.levels, defaults.schemas, 100)
  const alice = user('alice')
  const taken: unknown[] = []
  const waiting: Promise<unknown>[] = []
  for (let i = 0; i < 40; i++) {
    const seat = enter(alice)
    if (seat instanceof Promise) waiting.push(seat.then(leave => taken.push(leave)))
    else taken.push(seat)
  }
  await clock.settle()
  // Nine of its own; others lend.
  assert.ok(taken.length > 9, String(taken.length))
  await clock.advance(10_000)
  assert.equal(taken.length, 40)
  assert.match(metrics.text(), /^apiserver_flowcontrol_nominal_limit_seats\{priority_level="global-default"\} 9$/m)
  assert.match(
    metrics.text(),
    /^apiserver_flowcontrol_dispatched_requests_total\{priority_level="global-default",flow_schema="global-default"\} 40$/m,
  )
  await Promise.all(waiting)
})

test('administrators never wait; watches give their seat back when they have begun; streams need none', () => {
  const { enter } = fairness(defaults.levels, defaults.schemas, 10)
  for (let i = 0; i < 1000; i++) assert.equal(typeof enter(user('admin', 'system:masters')), 'function')
  assert.equal(enter(user('a'), 'GET', '/api/v1/namespaces/a/pods/b/log'), undefined)
  assert.equal(enter(user('a'), 'POST', '/api/v1/namespaces/a/pods/b/exec'), undefined)
  assert.equal(typeof enter(user('a'), 'GET', '/api/v1/pods?watch=1'), 'function')
})

test('what is above the seats of a level that lets nobody wait is answered with 429', async () => {
  const { enter, metrics } = fairness(mandatory.levels, mandatory.schemas, 1)
  const leave = enter(user('a'))
  await assert.rejects(async () => enter(user('b')), {
    code: 429,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'too many requests, please try again later',
      reason: 'TooManyRequests',
      details: { retryAfterSeconds: 1 },
      code: 429,
    },
  })
  assert.match(
    metrics.text(),
    /rejected_requests_total\{priority_level="catch-all",flow_schema="catch-all",reason="concurrency-limit"\} 1/,
  )
  ;(leave as () => void)()
  assert.equal(typeof enter(user('b')), 'function')
})

test('a change of the objects counts for the next request', async () => {
  const { enter, state } = fairness(mandatory.levels, mandatory.schemas, 1)
  enter(user('a'))
  await assert.rejects(async () => enter(user('b')), { code: 429 })
  const [exempt] = mandatory.schemas as readonly FlowSchemaLike[]
  const own = {
    ...exempt,
    metadata: { name: 'b-first' },
    spec: {
      ...exempt?.spec,
      matchingPrecedence: 50,
      rules: [{ ...exempt?.spec.rules?.[0], subjects: [{ kind: 'User', user: { name: 'b' } }] }],
    },
  } as FlowSchemaLike
  state.schemas = [...mandatory.schemas, own]
  state.version = 2
  assert.equal(typeof enter(user('b')), 'function')
})

test('without priority and fairness, requests above the limits are refused, reading and mutating apart', async () => {
  const flow = createInflightLimit({ readOnly: 2, mutating: 1 })
  const enter = (method: string, target: string, who = user('a')) => {
    const request = ask(method, target)
    return flow.enter(request, infoOf(request), who)
  }
  const leave = enter('POST', '/api/v1/namespaces')
  assert.equal(typeof leave, 'function')
  await assert.rejects(async () => enter('POST', '/api/v1/namespaces'), { code: 429 })
  assert.equal(typeof enter('POST', '/api/v1/namespaces', user('root', 'system:masters')), 'undefined')
  enter('GET', '/api/v1/pods')
  enter('GET', '/api/v1/pods')
  await assert.rejects(async () => enter('GET', '/api/v1/pods'), { code: 429 })
  assert.equal(enter('GET', '/api/v1/pods?watch=1'), undefined)
  ;(leave as () => void)()
  assert.equal(typeof enter('POST', '/api/v1/namespaces'), 'function')
})

test('a write goes on holding seats while its many watchers are told', async () => {
  for (const [watchers, largest, expected] of [
    [9, 10, { seats: 0, milliseconds: 0 }],
    [10, 10, { seats: 1, milliseconds: 5 }],
    [95, 0, { seats: 10, milliseconds: 5 }],
    [400, 20, { seats: 10, milliseconds: 20 }],
    [400, 4, { seats: 4, milliseconds: 50 }],
  ] as const)
    assert.deepEqual(aftermathOf(watchers, largest), expected)
  const { clock, enter, metrics } = fairness(mandatory.levels, mandatory.schemas, 20, () => 400)
  const seatsOf = () => Number(/current_executing_seats\{[^}]*"catch-all"\} (\d+)/.exec(metrics.text())?.[1])
  const leave = enter(user('a'), 'POST', '/api/v1/pods') as () => void
  const held = seatsOf()
  assert.ok(held > 1, String(held))
  leave()
  assert.equal(seatsOf(), held)
  await clock.advance(1000)
  assert.equal(seatsOf(), 0)
  const read = enter(user('a'), 'GET', '/api/v1/pods') as () => void
  read()
  assert.equal(seatsOf(), 0)
})

test('what holds seats and what waits is told at /debug', async () => {
  const { enter, debug, clock } = fairness(defaults.levels, defaults.schemas, 10)
  const seats: unknown[] = []
  const own = () => debug('dump_priority_levels').find(([name]) => name === 'global-default') ?? []
  // Some that have to wait get what is borrowed for them.
  while (own()[4] !== '1') {
    seats.push(enter(user('alice'), 'GET', '/api/v1/namespaces/x/pods/y'))
    await clock.settle()
  }
  const ends = (await Promise.all(seats.slice(0, -1))) as (() => void)[]
  const levels = debug('dump_priority_levels')
  assert.deepEqual(levels[0]?.slice(0, 6), [
    ...['PriorityLevelName', 'ActiveQueues', 'IsIdle', 'IsQuiescing', 'WaitingRequests', 'ExecutingRequests'],
  ])
  assert.deepEqual(own().slice(0, 6), ['global-default', '1', 'false', 'false', '1', String(ends.length)])
  const queues = debug('dump_queues').filter(([name, , pending]) => name === 'global-default' && pending === '1')
  assert.equal(queues.length, 1)
  const requests = debug('dump_requests?includeRequestDetails=1').filter(([, , , place]) => place === '0')
  assert.deepEqual(
    requests.map(row => [row[0], row[1], row[2], row[4], ...row.slice(10)]),
    [
      ['global-default', 'global-default', queues[0]?.[1], 'alice'].concat([
        ...['alice', 'get', '/api/v1/namespaces/x/pods/y', 'x', 'y', 'v1', 'pods', ''],
      ]),
    ],
  )
  for (const end of ends) end()
  ;((await seats.at(-1)) as () => void)()
  await clock.advance(1000)
  assert.equal(debug('dump_requests').length, 1, 'the names of columns')
})
