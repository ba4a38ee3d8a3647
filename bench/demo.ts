import { noContainers, startMachine } from '../test/e2e/machine.ts'
import { quantile, report } from './report.ts'

/**
 * What is behind `npm start` on a machine that has everything installed: an empty data directory, images from tarballs,
 * until three of three nginx pods are ready. The time is the program's own.
 */
const runs = 5

if (noContainers) console.log(`demo: ${noContainers}`)
else {
  const took: number[] = []
  for (let i = 0; i < runs; i++) {
    let said = ''
    const machine = await startMachine('demo', text => {
      said += text
    })
    await machine.stop()
    const seconds = Number(/That is ([\d.]+) s from the start/.exec(said)?.[1])
    if (!seconds) throw new Error(`caravel demo did not tell how long it took:\n${said}`)
    took.push(seconds)
  }
  report(`npm start, everything installed, to 3 of 3 ready, median of ${runs}`, quantile(took, 0.5), 's', { atMost: 6 })
  report('npm start, the same, slowest', Math.max(...took), 's')
}
