import { after, before, describe } from 'node:test'
import { podTests } from './containers/pods.ts'
import { recoveryTests } from './containers/recovery.ts'
import { serviceTests } from './containers/services.ts'
import { streamTests } from './containers/streams.ts'
import { noKubectl } from './kubectl.ts'
import { type Machine, noContainers, startMachine } from './machine.ts'

describe('kubectl on real containers', { skip: noContainers || noKubectl, timeout: 600_000 }, () => {
  let machine: Machine
  const started = () => machine

  before(async () => {
    machine = await startMachine()
  })
  after(() => machine?.stop())

  serviceTests(started)
  streamTests(started)
  podTests(started)
  recoveryTests(started)
})
