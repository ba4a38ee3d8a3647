import { systemClock } from '../../base/clock.ts'
import { machineAddress } from '../address.ts'
import { runAgent } from '../agent.ts'
import { dataDirectory } from '../cluster.ts'
import type { Carry } from '../commandLine.ts'
import { createLog } from '../log.ts'
import { whatIsMissing, whyNoContainers } from '../machine.ts'
import { nodeNameOf } from '../up.ts'
import { untilSignal } from './signals.ts'

export const agent: Carry<'agent'> = async options => {
  const reason = whyNoContainers() ?? whatIsMissing()
  if (reason) throw new Error(`this machine cannot be a node: ${reason}`)
  const log = createLog({ file: options.logFile, level: options.logLevel, readable: process.stderr.isTTY })
  const { server, token, tokenFile, caFile, clusterCidr } = options
  await runAgent(
    {
      ...{ server, token, tokenFile, caFile, clusterCidr },
      nodeName: options.nodeName ?? nodeNameOf(),
      nodeIP: options.nodeIp ?? machineAddress(),
      dataDir: dataDirectory(options.dataDir),
    },
    { clock: systemClock, log, signal: untilSignal() },
  )
  return 0
}
