import { type Capabilities, declare, type MakeStore } from './contract.test-tools.ts'
import { testWatches } from './contract.watches.test-suite.ts'
import { testWrites } from './contract.writes.test-suite.ts'

/** States the contract of `contract.ts` for one backend. */
export function testStore(name: string, makeStore: MakeStore, capabilities: Capabilities): void {
  const it = declare(name, makeStore)
  testWrites(it, capabilities)
  testWatches(it, capabilities)
}
