import { forbidden, invalid, notSupported, required } from '../../../../schema/rules/errors.ts'
import { httpHeaderName, portName, portNumber } from '../../../../schema/rules/names.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { Container } from '../container.ts'
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe, ProbeHandler } from '../probe.ts'
import type { PodOS } from '../spec.ts'
import { wrong } from './names.ts'

const portRules = (port: number | string, path: Path): FieldError[] =>
  wrong(typeof port === 'number' ? portNumber(port) : portName(port), path, port)

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const

/** Exactly one way to act, well described. `grace`: the pod's grace period, which a sleep may not exceed. */
function handlerRules(handler: ProbeHandler & LifecycleHandler, grace: number | undefined, path: Path): FieldError[] {
  const given = handlers.filter(name => handler[name] !== undefined)
  const [first, ...more] = given
  if (!first) return [required(path, 'must specify a handler type')]
  const here = path.child(first)
  const errors: FieldError[] = []
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  if (first === 'exec' && !exec?.command?.length) errors.push(required(here.child('command')))
  if (first === 'httpGet' && httpGet) errors.push(...httpGetRules(httpGet, here))
  if (first === 'tcpSocket' && tcpSocket) errors.push(...portRules(tcpSocket.port, here.child('port')))
  if (first === 'grpc' && grpc) errors.push(...portRules(grpc.port, here.child('port')))
  if (first === 'sleep' && sleep && grace !== undefined && (sleep.seconds < 0 || sleep.seconds > grace))
    errors.push(
      invalid(here, sleep.seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`),
    )
  return [...errors, ...more.map(name => forbidden(path.child(name), 'may not specify more than 1 handler type'))]
}

function httpGetRules({ path: target, port, httpHeaders = [] }: HTTPGetAction, path: Path): FieldError[] {
  const errors = target ? [] : [required(path.child('path'))]
  errors.push(...portRules(port, path.child('port')))
  for (const { name } of httpHeaders) errors.push(...wrong(httpHeaderName(name), path.child('httpHeaders'), name))
  return errors
}

const waits = [
  ...(['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const),
]

function probeRules(probe: Probe, grace: number | undefined, path: Path): FieldError[] {
  const errors = handlerRules(probe, grace, path)
  for (const name of waits) {
    const value = probe[name] ?? 0
    if (value < 0) errors.push(invalid(path.child(name), value, 'must be greater than or equal to 0'))
  }
  const own = probe.terminationGracePeriodSeconds
  if (own !== undefined && own <= 0)
    errors.push(invalid(path.child('terminationGracePeriodSeconds'), own, 'must be greater than 0'))
  return errors
}

/** The three probes of a container that keeps running. */
export function probesRules(container: Container, grace: number | undefined, path: Path): FieldError[] {
  const errors: FieldError[] = []
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[name]
    if (!probe) continue
    const here = path.child(name)
    errors.push(...probeRules(probe, grace, here))
    const { successThreshold = 0, terminationGracePeriodSeconds } = probe
    if (name !== 'readinessProbe') {
      if (successThreshold !== 1) errors.push(invalid(here.child('successThreshold'), successThreshold, 'must be 1'))
    } else if (terminationGracePeriodSeconds !== undefined)
      errors.push(
        invalid(
          here.child('terminationGracePeriodSeconds'),
          terminationGracePeriodSeconds,
          'must not be set for readinessProbes',
        ),
      )
  }
  return errors
}

/** What is done after the start and before the end. */
export function lifecycleRules(
  lifecycle: Lifecycle,
  grace: number | undefined,
  os: PodOS | undefined,
  path: Path,
): FieldError[] {
  const { postStart, preStop, stopSignal } = lifecycle
  const errors: FieldError[] = []
  if (postStart) errors.push(...handlerRules(postStart, grace, path.child('postStart')))
  if (preStop) errors.push(...handlerRules(preStop, grace, path.child('preStop')))
  if (stopSignal === undefined) return errors
  const here = path.child('stopSignal')
  if (!os) errors.push(forbidden(here, 'may not be set for containers with empty `spec.os.name`'))
  else if (os.name === 'windows' && stopSignal !== 'SIGKILL' && stopSignal !== 'SIGTERM')
    errors.push(notSupported(here, stopSignal, ['SIGKILL', 'SIGTERM']))
  return errors
}
