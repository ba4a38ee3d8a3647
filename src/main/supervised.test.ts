import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../testing/eventually.ts'
import { dataDirectory } from './cluster.ts'
import { describe, endedSince, supervise } from './supervised.ts'

function place(t: { after(act: () => void): void }) {
  const directory = mkdtempSync(join(tmpdir(), 'caravel-supervise-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const log = join(directory, 'log')
  const said = () => readFileSync(log, 'utf8')
  return { directory, log, said }
}
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a command that ends is started again, at first at once and then after a pause', async t => {
  const { log, said } = place(t)
  const pid = await supervise(log, ['/bin/sh', '-c', 'echo began; exit 3'])
  t.after(() => alive(pid) && process.kill(pid))
  await eventually(() =>
    /^began\nsupervise: ended with status 3, starts again in 0 s\nbegan\nsupervise: ended with status 3, starts again in 1 s\n/.test(
      said(),
    ),
  )
  assert.equal(await endedSince(log, 0), 'began')
  assert.equal(await endedSince(log, said().indexOf('\n', 10) + 1), 'began')
  process.kill(pid, 'SIGTERM')
  await eventually(() => !alive(pid))
})

test('TERM ends the command first and the supervisor after it', async t => {
  const { log, said } = place(t)
  const pid = await supervise(log, [
    '/bin/sh',
    '-c',
    'trap "echo asked; sleep 0.05; echo gone; exit 0" TERM; echo up; while :; do sleep 0.01; done',
  ])
  await eventually(() => said().includes('up'))
  assert.equal(await endedSince(log, 0), undefined)
  process.kill(pid, 'SIGTERM')
  await eventually(() => !alive(pid))
  assert.equal(said(), 'up\nasked\ngone\n')
})

test('a part is known by its command line, whoever runs it', () => {
  const node = [
    '/opt/caravel/node',
    '--flag',
    '/opt/caravel/dist/caravel.cjs',
    'server',
    '--data-dir',
    '/var/lib/caravel',
  ]
  const shell = ['/bin/sh', '/opt/caravel/scripts/supervise', '/var/lib/caravel/logs/server.log']
  for (const [args, expected] of [
    [node, { part: 'server', supervisor: false, dataDir: '/var/lib/caravel' }],
    [[...shell, ...node, '--port', '6443'], { part: 'server', supervisor: true, dataDir: '/var/lib/caravel' }],
    [['node', 'src/main/caravel.ts', 'agent', '--data-dir', '/d'], { part: 'agent', supervisor: false, dataDir: '/d' }],
    [['node', 'caravel.cjs', 'up', '--data-dir', '/d'], undefined],
    [['node', 'caravel.cjs', 'server'], { part: 'server', supervisor: false, dataDir: dataDirectory(undefined) }],
    [['node', 'caravel.cjs', 'agent', '--data-dir=/d', ''], { part: 'agent', supervisor: false, dataDir: '/d' }],
    [['vi', 'caravel.ts'], undefined],
    [['node', 'other.mjs', 'server', '--data-dir', '/d'], undefined],
  ] as const)
    assert.deepEqual(describe(args), expected)
})
