import { parseArgs } from 'node:util'
import {
  checkFailures,
  hangInTurn,
  killInTurn,
  loseQuorum,
  type Mishap,
} from '../../src/kv/etcd/failures.test-suite.ts'
import { etcdPrograms, missing } from '../../src/kv/etcd/process.test-tools.ts'

/** For so many minutes: an etcd cluster of three under load, to which everything happens. `node test/etcd/failures.ts --minutes 10` */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const why = missing()
if (why) throw new Error(why)
const until = Date.now() + Number(values.minutes) * 60_000
const mishaps: readonly (readonly Mishap[])[] = [
  [killInTurn(300), killInTurn(1500)],
  [hangInTurn(800), hangInTurn(4000)],
  [loseQuorum(3000), killInTurn(100)],
  [killInTurn(50), killInTurn(50), killInTurn(50), hangInTurn(200)],
]
let writes = 0
for (let round = 0; Date.now() < until; round++) {
  for (const { path, version } of etcdPrograms()) {
    const chosen = mishaps[round % mishaps.length] ?? []
    const done = await checkFailures(path, chosen)
    writes += done.writes
    console.log(
      `etcd ${version}: ${chosen.map(({ name }) => name).join(', ')}: ${done.writes} acknowledged writes, all there`,
    )
  }
}
console.log(`${writes} acknowledged writes, none lost, none carried out twice`)
