import type { ContainerStatus, Pod } from '../../pod.ts'
import type { PodWorker } from '../../sync/worker.ts'
import { HttpError } from '../httpError.ts'
import type { LogOptions, LogSource } from './read.ts'

/** Reads the query of /containerLogs. Throws HttpError 400. */
export function logOptions(query: URLSearchParams, now: number): LogOptions & { readonly previous: boolean } {
  const flag = (name: string) => ['1', 'true'].includes(query.get(name) ?? '')
  const number = (name: string) => {
    const text = query.get(name)
    if (text === null || text === '' || (name === 'tailLines' && text === 'all')) return undefined
    if (!/^\d{1,15}$/.test(text)) throw new HttpError(400, `Invalid value for query parameter ${name}: ${text}`)
    return Number(text)
  }
  const sinceTime = query.get('sinceTime')
  const since = sinceTime ? Date.parse(sinceTime) : undefined
  if (Number.isNaN(since)) throw new HttpError(400, `Invalid value for query parameter sinceTime: ${sinceTime}`)
  const sinceSeconds = number('sinceSeconds')
  const from = since ?? (sinceSeconds === undefined ? undefined : now - sinceSeconds * 1000)
  const stream = query.get('stream')
  const tailLines = number('tailLines')
  const limitBytes = number('limitBytes')
  return {
    follow: flag('follow'),
    timestamps: flag('timestamps'),
    previous: flag('previous'),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(from === undefined ? {} : { since: from }),
    ...(stream === 'Stdout' ? { stream: 'stdout' as const } : stream === 'Stderr' ? { stream: 'stderr' as const } : {}),
  }
}

/** The log file of a container's last run, or of the one before. Throws HttpError in upstream's words. */
export function logSource(worker: PodWorker, status: Pod['status'], name: string, previous: boolean): LogSource {
  const { description } = worker
  const all = [
    ...(description.spec.initContainers ?? []),
    ...description.spec.containers,
    ...(description.spec.ephemeralContainers ?? []),
  ]
  if (!all.some(each => each.name === name)) {
    throw new HttpError(
      404,
      `container ${JSON.stringify(name)} not found in pod ${JSON.stringify(description.metadata.name)}`,
    )
  }
  const records = worker.runtimeState.containers.filter(each => each.name === name && each.phase !== 'created')
  const before = statusOf(status, name)?.lastState.terminated?.containerID?.split('://')[1]
  const record = previous ? records.find(({ id }) => id === before) : records[0]
  if (!record) throw new HttpError(400, whyNoLog(description, status, name, previous))
  const { id } = record
  return {
    path: record.logPath,
    running: () => worker.runtimeState.containers.some(each => each.id === id && each.phase === 'running'),
    onChange: changed => worker.onState(changed),
  }
}

const statusOf = (status: Pod['status'], name: string): ContainerStatus | undefined =>
  [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ].find(each => each.name === name)

function whyNoLog(pod: Pod, status: Pod['status'], name: string, previous: boolean): string {
  const who = `container ${JSON.stringify(name)} in pod ${JSON.stringify(pod.metadata.name)}`
  if (previous) return `previous terminated ${who} not found`
  const reason = statusOf(status, name)?.state.waiting?.reason
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff')
    return `${who} is waiting to start: trying and failing to pull image`
  return reason ? `${who} is waiting to start: ${reason}` : `${who} is not available`
}
