import { startServer } from '../test/e2e/server.ts'
import { fanOut, updates, watchers } from './fanOut.ts'
import { administrator } from './load.ts'
import { type Goal, quantile, report } from './report.ts'

/** The goals are an upstream control plane's figures on a machine of two cores. */
const server = await startServer()
try {
  const { client, token } = await administrator(server)
  await client.transport.close()
  for (const [connections, goals] of [
    [10, { rate: { atLeast: 43_000 }, late: { atMost: 14 } }],
    [watchers, {}],
  ] as [number, { rate?: Goal; late?: Goal }][]) {
    await fanOut(server, token, connections, `warm-${connections}`)
    const { perSecond, milliseconds } = await fanOut(server, token, connections, `measured-${connections}`)
    const what = `${updates} updates to ${watchers} watchers on ${connections} connections`
    report(what, perSecond, 'events/s', goals.rate)
    report(`${what}, p99`, quantile(milliseconds, 0.99), 'ms', goals.late)
  }
} finally {
  await server.stop()
}
