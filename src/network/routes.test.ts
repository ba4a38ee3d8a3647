import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyRoutes, desiredRoutes, type NodeAddresses, parseRoutes, type Route, routeCommands } from './routes.ts'

const a: NodeAddresses = { name: 'a', podCIDRs: ['10.244.0.0/24', 'fd00:10::/64'], addresses: ['10.0.0.1', 'fd00::1'] }
const b: NodeAddresses = {
  name: 'b',
  podCIDRs: ['10.244.1.0/24', 'fd00:10:1::/64'],
  addresses: ['10.0.0.2', 'fd00::2'],
}
const young: NodeAddresses = { name: 'young', podCIDRs: [], addresses: ['10.0.0.3'] }
const single: NodeAddresses = { name: 'single', podCIDRs: ['10.244.2.0/24', 'fd00:10:2::/64'], addresses: ['10.0.0.4'] }

test('a node routes to the pods of every other node that has a range and an address of its family', () => {
  assert.deepEqual(desiredRoutes('a', [single, a, b, young]), [
    { destination: '10.244.1.0/24', gateway: '10.0.0.2' },
    { destination: '10.244.2.0/24', gateway: '10.0.0.4' },
    { destination: 'fd00:10:1::/64', gateway: 'fd00::2' },
  ])
  assert.deepEqual(desiredRoutes('a', [a]), [])
})

test('only what differs is changed', () => {
  const one: Route = { destination: '10.244.1.0/24', gateway: '10.0.0.2' }
  const moved: Route = { destination: '10.244.1.0/24', gateway: '10.0.0.9' }
  const six: Route = { destination: 'fd00:10:1::/64', gateway: 'fd00::2' }
  const cases: [string, Route[], Route[], string[]][] = [
    ['nothing to do', [one, six], [one, six], []],
    ['new', [one], [], ['route replace 10.244.1.0/24 via 10.0.0.2 proto 202']],
    ['moved', [moved], [one], ['route replace 10.244.1.0/24 via 10.0.0.9 proto 202']],
    ['gone', [], [one, six], ['route del 10.244.1.0/24 proto 202', '-6 route del fd00:10:1::/64 proto 202']],
    ['new, IPv6', [six], [], ['-6 route replace fd00:10:1::/64 via fd00::2 proto 202']],
  ]
  for (const [name, desired, actual, commands] of cases)
    assert.deepEqual(routeCommands(desired, actual), commands, name)
})

test('routes are read from what ip prints', () => {
  assert.deepEqual(
    parseRoutes('[{"dst":"10.244.1.0/24","gateway":"10.0.0.2"},{"dst":"10.9.9.9","gateway":"10.0.0.3"}]'),
    [
      { destination: '10.244.1.0/24', gateway: '10.0.0.2' },
      { destination: '10.9.9.9/32', gateway: '10.0.0.3' },
    ],
  )
  assert.deepEqual(parseRoutes(''), [])
})

test('applying asks for our routes only and runs one batch, IPv6 apart', async () => {
  const ran: string[] = []
  await applyRoutes(
    async (command, options) => {
      ran.push([command.join(' '), options?.input].filter(Boolean).join(' < '))
      return command.includes('show') && !command.includes('-6') ? '[{"dst":"10.244.9.0/24","gateway":"10.0.0.9"}]' : ''
    },
    'a',
    [a, b],
  )
  assert.deepEqual(ran, [
    'ip -json route show proto 202',
    'ip -6 -json route show proto 202',
    'ip -batch - < route del 10.244.9.0/24 proto 202\nroute replace 10.244.1.0/24 via 10.0.0.2 proto 202\n',
    'ip -6 route replace fd00:10:1::/64 via fd00::2 proto 202',
  ])
})
