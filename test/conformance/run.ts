import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, createWriteStream, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { kubectlPath } from '../e2e/kubectl.ts'
import { startServer } from '../e2e/server.ts'
import { resultsOf } from './report.ts'

const green = join(import.meta.dirname, 'green.txt')
const namesIn = (file: string) => readFileSync(file, 'utf8').split('\n').filter(Boolean)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: 'string' },
    add: { type: 'boolean', default: false },
    procs: { type: 'string', default: '4' },
    timeout: { type: 'string', default: '2h' },
  },
})
const [suite] = positionals
if (!suite || !existsSync(suite)) {
  console.error('usage: scripts/conformance PATH-OF-e2e.test [--tests FILE [--add]] [--procs N]')
  process.exit(2)
}

const wanted = namesIn(values.tests ?? green)
const directory = mkdtempSync(join(tmpdir(), 'caravel-conformance-'))
// What the suite matches begins with its own name and ends with a test's labels.
const focus = wanted.map(name => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')

console.log(`starting a control plane with two simulated nodes; ${wanted.length} tests; output in ${directory}`)
const server = await startServer('--store', 'memory', '--simulated-nodes', '2', '--advertise-address', '192.0.2.1')
const kubeconfig = join(directory, 'kubeconfig')
writeFileSync(kubeconfig, server.kubeconfig, { mode: 0o600 })
const report = join(directory, 'report.json')

const ofSuite = [
  `--kubeconfig=${kubeconfig}`,
  '--provider=skeleton',
  '--minStartupPods=-1',
  '--allowed-not-ready-nodes=-1',
  '--num-nodes=2',
  '--dump-logs-on-failure=false',
  `--kubectl-path=${kubectlPath}`,
  `--report-dir=${directory}`,
]
const ginkgo = join(dirname(suite), 'ginkgo')
const [program, args] = existsSync(ginkgo)
  ? [
      ginkgo,
      [
        `--procs=${values.procs}`,
        `--timeout=${values.timeout}`,
        `--focus=${focus}`,
        `--json-report=report.json`,
        `--output-dir=${directory}`,
        '--no-color',
        suite,
        '--',
        ...ofSuite,
      ],
    ]
  : [
      suite,
      [
        `--ginkgo.timeout=${values.timeout}`,
        `--ginkgo.focus=${focus}`,
        `--ginkgo.json-report=${report}`,
        '--ginkgo.no-color',
        ...ofSuite,
      ],
    ]
const output = createWriteStream(join(directory, 'output.log'))
const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
child.stdout.pipe(output)
child.stderr.pipe(output)
await once(child, 'close')
await server.stop()

const results = existsSync(report) ? resultsOf(readFileSync(report, 'utf8')) : []
const failed = results.filter(({ passed }) => !passed)
const passed = results.filter(result => result.passed).map(({ name }) => name)
const unseen = wanted.filter(name => !results.some(result => result.name === name))
for (const { name, seconds, why } of failed) console.log(`FAILED ${name} (${Math.round(seconds)} s)\n       ${why}`)
for (const name of unseen) console.log(`NOT RUN ${name}`)
console.log(`${passed.length} passed, ${failed.length} failed, ${unseen.length} not run; see ${directory}/output.log`)
if (values.add) {
  const known = new Set(existsSync(green) ? namesIn(green) : [])
  const added = passed.filter(name => !known.has(name)).sort()
  if (added.length > 0) appendFileSync(green, `${added.join('\n')}\n`)
  console.log(`${added.length} added to green.txt`)
}
process.exit(failed.length + unseen.length > 0 ? 1 : 0)
