import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Carriers, runCommandLine } from './commandLine.ts'
import { completion } from './completion.ts'
import { flagDocs } from './flagDocs.ts'
import { type CommandName, commands } from './flags.ts'
import { home } from './program.ts'

/** Runs a command line whose commands only tell what they got. */
async function run(...args: string[]) {
  const got: { command: CommandName; options: object; words: readonly string[] }[] = []
  let out = ''
  let err = ''
  const carriers = Object.fromEntries(
    (Object.keys(commands) as CommandName[]).map(command => [
      command,
      async (options: object, words: readonly string[]) => {
        got.push({ command, options, words })
        return 7
      },
    ]),
  ) as unknown as Carriers
  const status = await runCommandLine(args, carriers, { out: text => (out += text), err: text => (err += text) })
  return { status, got, out, err }
}

test('flags reach their command by their names, with their defaults', async () => {
  for (const [args, command, options, words] of [
    [['up'], 'up', { apiPort: 6443 }, []],
    [
      ['up', '--data-dir', '/d', '--api-port=7443', '--kubeconfig', 'k'],
      'up',
      { dataDir: '/d', apiPort: 7443, kubeconfig: 'k' },
      [],
    ],
    [['down', '--purge'], 'down', { purge: true }, []],
    [['status', '-o', 'json'], 'status', { output: 'json' }, []],
    [
      ['server', '--store', 'memory', '--port', '0', '--simulated-nodes', '2'],
      'server',
      {
        bindAddress: '0.0.0.0',
        port: 0,
        store: 'memory',
        serviceCidr: '10.96.0.0/12',
        clusterCidr: '10.244.0.0/16',
        simulatedNodes: 2,
        logLevel: 'info',
      },
      [],
    ],
    [
      ['agent', '--server', 'https://a:1', '--token', 't', '--node-name', 'n'],
      'agent',
      { server: 'https://a:1', token: 't', nodeName: 'n', clusterCidr: '10.244.0.0/16', logLevel: 'info' },
      [],
    ],
    [['completion', 'bash'], 'completion', {}, ['bash']],
  ] as const) {
    const { got, ...rest } = await run(...args)
    assert.deepEqual(rest, { status: 7, out: '', err: '' })
    assert.deepEqual(
      got.map(each => ({ ...each, options: pick(each.options, options) })),
      [{ command, options, words }],
    )
  }
})

/** Of all options those that are told. */
const pick = (all: object, told: object) => Object.fromEntries(Object.entries(all).filter(([name]) => name in told))

test('durations, counts, lists and truths are read', async () => {
  const words = ['--audit-log-maxsize', '7', '--authorization-mode', 'Node, RBAC', '--authorization-mode=Webhook']
  const more = ['--shutdown-delay-duration', '1m30s', '--anonymous-auth=false', '--log-requests']
  const { got } = await run('server', ...words, ...more)
  const expected = {
    auditLogMaxsize: 7,
    authorizationMode: ['Node', 'RBAC', 'Webhook'],
    shutdownDelayDuration: 90_000,
    anonymousAuth: false,
    logRequests: true,
    profiling: false,
    auditWebhookBatchMaxWait: 30_000,
  }
  assert.deepEqual(pick(got[0]?.options ?? {}, expected), expected)
})

test('a file gives flags, and the command line wins over it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'caravel-config-'))
  try {
    const file = join(directory, 'config.yaml')
    const config = (text: string) => writeFileSync(file, text)
    config(
      'port: 7443\nlogLevel: debug\nauthorization-mode: [Node, RBAC]\nshutdown-delay-duration: 5s\nlog-requests: true\n',
    )
    const { got } = await run('server', '--config', file, '--log-level=warn', '--authorization-mode', 'AlwaysAllow')
    const expected = {
      port: 7443,
      logLevel: 'warn',
      authorizationMode: ['AlwaysAllow'],
      shutdownDelayDuration: 5000,
      logRequests: true,
    }
    assert.deepEqual(pick(got[0]?.options ?? {}, expected), expected)
    config('server: https://a:1\n')
    assert.equal((await run('agent', `--config=${file}`)).status, 7)
    for (const [text, message] of [
      ['prot: 1', /has no flag prot/],
      ['port: many', /port: many\. It is no number/],
      ['store: paper', /must be one of file, memory/],
      ['- a', /no map of flags/],
      ['a: [', /cannot be read/],
    ] as const) {
      config(text)
      const { status, err } = await run('server', '--config', file)
      assert.equal(status, 2, text)
      assert.match(err, message)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('what is not understood is told, with status 2, and carries nothing out', async () => {
  for (const [args, message] of [
    [['upp'], /unknown command 'upp'\n\(Did you mean up\?\)/],
    [['up', '--api-prt', '1'], /unknown option '--api-prt'\n\(Did you mean --api-port\?\)/],
    [['up', 'now'], /too many arguments/],
    [['up', '--api-port', 'x'], /It is no number from 0 to 65535/],
    [['up', '--api-port', '70000'], /It is no number from 0 to 65535/],
    [['server', '--store', 'paper'], /Allowed choices are file, memory/],
    [['agent'], /required option '--server <URL>' not specified/],
    [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
  ] as const) {
    const { status, got, err } = await run(...args)
    assert.deepEqual({ status, got }, { status: 2, got: [] }, args.join(' '))
    assert.match(err, message)
  }
})

test('help lists all commands and the flags of one', async () => {
  for (const args of [[], ['--help'], ['help']]) {
    const { status, out } = await run(...args)
    assert.equal(status, 0)
    for (const [name, about] of Object.entries(commands))
      assert.match(out, new RegExp(`^  ${name} .*${about.slice(0, 10).replace(/[()]/g, '.')}`, 'm'))
  }
  const { status, out } = await run('server', '--help')
  assert.equal(status, 0)
  assert.match(
    out.replaceAll(/\s+/g, ' '),
    /--service-cidr <CIDR> Range of the addresses of Services; .* \(default: 10\.96\.0\.0\/12\)/,
  )
})

test('docs/flags.md is what the table gives', () => {
  assert.equal(readFileSync(join(home, 'docs', 'flags.md'), 'utf8'), flagDocs(), 'run: node scripts/docs.ts')
})

test('bash completes commands, flags and the words of a flag', () => {
  const complete = (...words: string[]) => {
    const script = `${completion('bash')}\nCOMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _caravel; echo "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' }).trim()
  }
  assert.equal(complete('caravel', 's'), 'status server')
  assert.equal(complete('caravel', 'up', '--'), '--data-dir --api-port --kubeconfig')
  assert.equal(complete('caravel', 'server', '--store', ''), 'file memory etcd')
  assert.equal(complete('caravel', 'completion', 'f'), 'fish')
})
