import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IPAddress, ServiceCIDR } from '../../api/index.ts'
import { serviceAddress } from '../../api/networking/serviceRanges.ts'
import { finalizer, type Plan, plan } from './plan.ts'

const now = Date.parse('2026-01-01T00:01:00Z')
const longAgo = '2026-01-01T00:00:00Z'
const justNow = '2026-01-01T00:00:56Z'

interface More {
  readonly deleted?: string
  readonly held?: false
  readonly ready?: readonly [status: string, reason: string, message: string]
}
const range = (name: string, cidrs: string[], { deleted, held, ready }: More = {}) =>
  ({
    metadata: {
      name,
      ...(held === false ? {} : { finalizers: [finalizer] }),
      ...(deleted ? { deletionTimestamp: deleted } : {}),
    },
    spec: { cidrs },
    status: ready ? { conditions: [{ type: 'Ready', status: ready[0], reason: ready[1], message: ready[2] }] } : {},
  }) as unknown as ServiceCIDR
const address = (name: string, labels?: Record<string, string>) => {
  const made = serviceAddress(name, { namespace: 'default', name: 's' })
  return { ...made, metadata: { ...made.metadata, ...(labels ? { labels } : {}) } } as unknown as IPAddress
}

const readyWords = 'Kubernetes Service CIDR is ready'
const waitingWords =
  'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR'
const ready: More = { ready: ['True', '', readyWords] }
const sayReady: Plan = { ready: { status: 'True', reason: '', message: readyWords } }
const sayWaiting: Plan = { ready: { status: 'False', reason: 'Terminating', message: waitingWords } }
const ten = ['10.0.0.0/24']

const cases: readonly [what: string, one: ServiceCIDR, others: ServiceCIDR[], addresses: IPAddress[], plan: Plan][] = [
  ['a new one is held and ready', range('a', ten, { held: false }), [], [], { finalizer: 'add', ...sayReady }],
  ['one that is ready needs nothing', range('a', ten, ready), [], [address('10.0.0.7')], {}],
  [
    'what others said of it is put right',
    range('a', ten, { ready: ['True', '', 'Kubernetes default Service CIDR is ready'] }),
    [],
    [],
    sayReady,
  ],
  ['one that nobody needs goes', range('a', ten, { deleted: longAgo }), [], [], { finalizer: 'remove' }],
  ['it goes after the servers heard of it', range('a', ten, { deleted: justNow }), [], [], { again: 6000 }],
  ['what is gone but for others is left', range('a', ten, { deleted: longAgo, held: false }), [], [], {}],
  ['an address holds it', range('a', ten, { deleted: longAgo }), [], [address('10.0.0.7')], sayWaiting],
  [
    'that it is held is said once',
    range('a', ten, { deleted: longAgo, ready: ['False', 'Terminating', waitingWords] }),
    [],
    [address('10.0.0.7')],
    {},
  ],
  [
    'an address from elsewhere does not hold it',
    range('a', ten, { deleted: longAgo }),
    [],
    [address('10.0.1.7')],
    { finalizer: 'remove' },
  ],
  [
    'nor do addresses that are not of services',
    range('a', ten, { deleted: longAgo }),
    [],
    [address('10.0.0.7', {})],
    { finalizer: 'remove' },
  ],
  [
    'a wider range takes its addresses over',
    range('a', ten, { deleted: longAgo }),
    [range('b', ['10.0.0.0/16'])],
    [address('10.0.0.7')],
    { finalizer: 'remove' },
  ],
  [
    'so does one that has the address, though not all of them',
    range('a', ten, { deleted: longAgo }),
    [range('b', ['10.0.0.0/28'])],
    [address('10.0.0.7')],
    { finalizer: 'remove' },
  ],
  [
    'but not at its ends: they are no service’s there',
    range('a', ten, { deleted: longAgo }),
    [range('b', ['10.0.0.0/28'])],
    [address('10.0.0.15')],
    sayWaiting,
  ],
  [
    'of two families one is enough to hold it',
    range('a', [...ten, 'fd00::/112'], { deleted: longAgo }),
    [range('b', ['10.0.0.0/16'])],
    [address('fd00::7')],
    sayWaiting,
  ],
]
for (const [what, one, others, addresses, wanted] of cases) {
  test(what, () =>
    assert.deepEqual(
      plan(one, [one, ...others], () => addresses, now),
      wanted,
    ),
  )
}
