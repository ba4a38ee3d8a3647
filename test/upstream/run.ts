import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startUpstream } from '../../bench/upstream.ts'
import { seededRandom } from '../../src/base/random.ts'
import { type ServerProcess, startServer } from '../e2e/server.ts'
import { churn } from './churn.ts'
import { type Keys, startSide } from './side.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '10' }, only: { type: 'string' } },
})
const [programs] = positionals
if (!programs) {
  console.error('usage: scripts/churn DIRECTORY [--minutes N] [--only caravel|upstream]')
  process.exit(2)
}
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6))
console.log(`SEED=${seed} repeats this`)

type Told = Readonly<Record<string, ReadonlyMap<string, number>>>

async function complaintsAgainst(name: string, server: ServerProcess, keys: Keys): Promise<Told> {
  console.log(`${name}: ${values.minutes} minutes of churn`)
  try {
    const side = await startSide(programs ?? '', server, keys)
    try {
      await churn(side.client, seededRandom(seed), Number(values.minutes) * 60_000)
    } catch (error) {
      await side.stop()
      throw error
    }
    return await side.stop()
  } finally {
    await server.stop()
  }
}

async function caravel(): Promise<Told> {
  const server = await startServer(
    ...['--advertise-address', '192.0.2.1', '--service-cidr', '10.96.0.0/16'],
    ...['--disable-controller-manager', '--disable-scheduler'],
  )
  const file = (name: string) => join(server.dataDir, 'pki', name)
  return complaintsAgainst('Caravel', server, { rootCa: file('ca.crt'), tokenKey: file('sa.key') })
}

async function upstream(): Promise<Told> {
  const program = (name: string) => join(programs ?? '', name)
  const server = await startUpstream({ etcd: program('etcd'), apiserver: program('kube-apiserver') })
  const file = (name: string) => join(server.dataDir, name)
  return complaintsAgainst('upstream', server, { rootCa: file('ca.crt'), tokenKey: file('sa.key') })
}

const ours = values.only === 'upstream' ? {} : await caravel()
const theirs = values.only === 'caravel' ? {} : await upstream()
let alone = 0
for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
  const [here, there] = [ours[name] ?? new Map(), theirs[name] ?? new Map()]
  for (const kind of new Set([...here.keys(), ...there.keys()])) {
    if (here.has(kind) && !there.has(kind)) alone++
    console.log(`${name} Caravel ${here.get(kind) ?? 0} upstream ${there.get(kind) ?? 0}: ${kind}`)
  }
}
console.log(`${alone} kinds of complaint came against Caravel alone`)
process.exitCode = alone > 0 ? 1 : 0
