import { setTimeout as sleep } from 'node:timers/promises'
import { noContainers, startMachine } from '../test/e2e/machine.ts'
import { processorSeconds, residentMemory } from './process.ts'
import { report } from './report.ts'

/** What `caravel up` costs while nothing happens: a minute, beginning fifteen seconds after the start. */
const seconds = 60

if (noContainers) console.log(`idle: ${noContainers}`)
else {
  const machine = await startMachine()
  try {
    await sleep(15_000)
    const pids = new Map<string, number>()
    for (const part of ['server', 'agent', 'containerd'] as const) pids.set(part, (await machine.processOf(part)) ?? 0)
    const used = () => new Map([...pids].map(([part, pid]) => [part, processorSeconds(pid)]))
    const before = used()
    await sleep(seconds * 1000)
    const after = used()
    const percent = (part: string) => (((after.get(part) ?? 0) - (before.get(part) ?? 0)) / seconds) * 100
    report(`idle: server and agent over ${seconds} s`, percent('server') + percent('agent'), '% of a core', {
      atMost: 1,
    })
    for (const part of pids.keys()) report(`idle: ${part}`, percent(part), '% of a core')
    for (const [part, pid] of pids) report(`idle: ${part}, resident memory`, residentMemory(pid), 'MB')
  } finally {
    await machine.stop()
  }
}
