import { connect } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { int32, object, string } from '../../schema/fields.ts'
import type { Type } from '../../schema/types.ts'
import { createChannel, errorText, isCode, method, RuntimeError } from '../cri/grpc.ts'
import type { Runtime } from '../cri/runtime.ts'
import type { Container, Probe } from '../pod.ts'
import { dialError } from './dial.ts'
import { httpGet } from './http.ts'
import { portNumber } from './port.ts'

/** How one try of a probe went. `unknown`: it could not be tried, which counts for nothing. */
export interface ProbeResult {
  readonly result: 'success' | 'warning' | 'failure' | 'unknown'
  readonly output: string
}

export interface ProbeTarget {
  readonly container: Container
  readonly containerId: string
  readonly podIP: string
}

export interface CheckDeps {
  readonly runtime: Runtime
  readonly clock: Clock
}

const outputLimit = 10 * 1024

/** Tries a probe once (`pkg/probe`). Never throws. */
export async function checkProbe(probe: Probe, target: ProbeTarget, deps: CheckDeps): Promise<ProbeResult> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000
  const { exec, httpGet: http, tcpSocket, grpc } = probe
  try {
    if (exec) return await checkExec(exec.command ?? [], timeout / 1000, target, deps.runtime)
    if (http) {
      const port = portNumber(http.port, target.container)
      const { status, body } = await httpGet(
        { ...http, host: http.host || target.podIP, port },
        'kube-probe/1.36',
        timeout,
        deps.clock,
      )
      if (status >= 200 && status < 300) return { result: 'success', output: body }
      if (status >= 300 && status < 400) {
        return { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` }
      }
      return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}` }
    }
    if (tcpSocket) {
      const port = portNumber(tcpSocket.port, target.container)
      return await checkTcp(tcpSocket.host || target.podIP, port, timeout, deps.clock)
    }
    if (grpc) return await checkGrpc(`${bracketed(target.podIP)}:${grpc.port}`, grpc.service ?? '', timeout)
  } catch (error) {
    return { result: 'failure', output: error instanceof Error ? error.message : String(error) }
  }
  return { result: 'unknown', output: `missing probe handler for container ${target.container.name}` }
}

async function checkExec(
  command: readonly string[],
  seconds: number,
  { containerId }: ProbeTarget,
  runtime: Runtime,
): Promise<ProbeResult> {
  try {
    const { exitCode, stdout, stderr } = await runtime.execSync(containerId, command, seconds)
    const output = Buffer.concat([stdout, stderr]).subarray(0, outputLimit).toString()
    return { result: exitCode === 0 ? 'success' : 'failure', output }
  } catch (error) {
    if (isCode(error, 'DEADLINE_EXCEEDED')) {
      return {
        result: 'failure',
        output: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${seconds}s`,
      }
    }
    return { result: 'unknown', output: errorText(error) }
  }
}

function checkTcp(host: string, port: number, timeout: number, clock: Clock): Promise<ProbeResult> {
  return new Promise(resolve => {
    const socket = connect({ host, port })
    const finish = (result: ProbeResult) => {
      timer.cancel()
      socket.destroy()
      resolve(result)
    }
    const where = `dial tcp ${bracketed(host)}:${port}`
    const timer = clock.after(timeout, () => finish({ result: 'failure', output: `${where}: i/o timeout` }))
    socket.once('connect', () => finish({ result: 'success', output: '' }))
    socket.once('error', error => finish({ result: 'failure', output: `${where}: ${dialError(error)}` }))
  })
}

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host)

interface HealthRequest {
  readonly service?: string
}
interface HealthAnswer {
  readonly status: number
}
const HealthRequest: Type<HealthRequest> = object('grpc.health.v1.HealthCheckRequest', { service: string(1) })
const HealthAnswer: Type<HealthAnswer> = object('grpc.health.v1.HealthCheckResponse', {
  status: int32(1, { always: true }),
})
const healthCheck = method('grpc.health.v1.Health', 'Check', HealthRequest, HealthAnswer)
const serving = 1

async function checkGrpc(address: string, service: string, timeout: number): Promise<ProbeResult> {
  const channel = createChannel(address)
  try {
    const { status } = await channel.unary(healthCheck, { service }, { timeout })
    if (status === serving) return { result: 'success', output: '' }
    return { result: 'failure', output: `service unhealthy (responded with ${JSON.stringify(status)})` }
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error
    if (error.code === 'DEADLINE_EXCEEDED') {
      return {
        result: 'failure',
        output: `timeout: failed to connect service ${JSON.stringify(address)} within ${timeout / 1000}s: context deadline exceeded`,
      }
    }
    return { result: 'failure', output: `error: health rpc probe failed: ${error.text}` }
  } finally {
    channel.close()
  }
}
