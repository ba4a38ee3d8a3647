import { test } from 'node:test'
import { checkFailures, hangInTurn, killInTurn, loseQuorum } from './failures.test-suite.ts'
import { etcdPrograms, missing } from './process.test-tools.ts'

const skip = missing() ?? false

for (const { path, version } of skip ? [{ path: '', version: 'of any version' }] : etcdPrograms()) {
  test(`etcd ${version}: killing members under load loses no acknowledged write and repeats none`, {
    skip,
  }, async () => {
    await checkFailures(path, [killInTurn(700)])
  })
  test(`etcd ${version}: a cluster that hangs, or has no majority, serves again by itself`, { skip }, async () => {
    await checkFailures(path, [hangInTurn(1200), loseQuorum(1500)])
  })
}
