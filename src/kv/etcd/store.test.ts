import { after, before, describe, test } from 'node:test'
import { testStore } from '../contract.test-suite.ts'
import { type EtcdCluster, etcdPrograms, missing, startEtcd } from './process.test-tools.ts'
import { openEtcdStore } from './store.ts'

const skipped = missing()
if (skipped) test('etcd: the contract', { skip: skipped }, () => {})

for (const { path, version } of etcdPrograms()) {
  describe(`etcd ${version}`, () => {
    let cluster: EtcdCluster
    let stores = 0
    before(async () => {
      cluster = await startEtcd(path)
    })
    after(() => cluster.stop())
    testStore(
      `etcd ${version}`,
      async () => openEtcdStore({ endpoints: cluster.endpoints, names: { from: '', to: `/store-${++stores}` } }),
      { virtualTime: false, exclusive: false },
    )
  })
}
