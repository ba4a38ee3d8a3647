import { readGates } from '../../apiserver/gates.ts'
import { systemClock } from '../../base/clock.ts'
import { controllers, selectControllers } from '../../controllers/index.ts'
import { machineAddress } from '../address.ts'
import { auditOf } from '../audit.ts'
import { dataDirectory } from '../cluster.ts'
import type { Carry } from '../commandLine.ts'
import { createLog } from '../log.ts'
import { runServer } from '../server.ts'
import { storageOf } from '../storage.ts'
import { untilSignal } from './signals.ts'

export const server: Carry<'server'> = async options => {
  const { bindAddress, port, serviceCidr, clusterCidr, simulatedNodes } = options
  const log = createLog({ file: options.logFile, level: options.logLevel, readable: process.stderr.isTTY })
  const everywhere = bindAddress === '0.0.0.0' || bindAddress === '::'
  const running = await runServer(
    {
      dataDir: dataDirectory(options.dataDir),
      ...{ bindAddress, port, serviceCidr, clusterCidr, simulatedNodes },
      ...storageOf(options),
      advertiseAddress: options.advertiseAddress ?? (everywhere ? machineAddress() : bindAddress),
      gates: readGates(options.featureGates ?? []),
      shutdownDelay: options.shutdownDelayDuration,
      ...auditOf(options),
      modules: options.disableControllerManager ? [] : selectControllers(controllers, options.controllers ?? []),
      legacyTokenPeriod: options.legacyServiceAccountTokenCleanUpPeriod,
      scheduler: !options.disableScheduler,
      security: options,
      api: {
        logRequests: options.logRequests,
        profiling: options.profiling,
        admission: { enable: options.enableAdmissionPlugins ?? [], disable: options.disableAdmissionPlugins ?? [] },
        flow: {
          readOnly: options.maxRequestsInflight,
          mutating: options.maxMutatingRequestsInflight,
          fair: options.enablePriorityAndFairness,
        },
      },
    },
    { clock: systemClock, log, signal: untilSignal() },
  )
  process.stdout.write(`Caravel is ready at ${running.url}; its kubeconfig is ${running.kubeconfig}\n`)
  await running.done
  return 0
}
