import { get } from 'node:https'
import type { ComponentStatus } from '../api/core/componentStatus.ts'

/** Which parts run in this process. */
export interface Components {
  readonly controllers: boolean
  readonly scheduler: boolean
  readonly store: boolean
}

/** Milliseconds; and the ports where upstream's own programs tell how they are. */
const patience = 5_000
const ports = { 'controller-manager': 10_257, scheduler: 10_259 } as const

/**
 * How the parts of the control plane are, as ComponentStatus objects. Those that run in this process are well while it
 * is; where others take their place, these are asked at upstream's addresses.
 */
export const componentStatuses = async (here: Components): Promise<readonly ComponentStatus[]> => [
  await statusOf('controller-manager', here.controllers),
  await statusOf('scheduler', here.scheduler),
  told('etcd-0', here.store ? 'True' : 'False', here.store ? 'ok' : 'the store is lost'),
]

const told = (name: string, status: string, message: string): ComponentStatus => ({
  apiVersion: 'v1',
  kind: 'ComponentStatus',
  metadata: { name },
  conditions: [{ type: 'Healthy', status, message }],
})

async function statusOf(name: keyof typeof ports, here: boolean): Promise<ComponentStatus> {
  if (here) return told(name, 'True', 'ok')
  const url = `https://127.0.0.1:${ports[name]}/healthz`
  try {
    const { status, text } = await ask(url)
    if (status === 200) return told(name, 'True', text)
    return told(name, 'False', `HTTP probe failed with statuscode: ${status}`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ECONNREFUSED' ? `dial tcp 127.0.0.1:${ports[name]}: connect: connection refused` : message
    return told(name, 'False', `Get ${JSON.stringify(url)}: ${why}`)
  }
}

/** Nothing secret is sent, and the answer is only shown: certificates, which each program makes itself, are not verified. */
const ask = (url: string): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const request = get(url, { rejectUnauthorized: false, timeout: patience, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        if (text.length < 1024) text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    request.on('timeout', () => request.destroy(new Error('it did not answer in time')))
    request.on('error', reject)
  })
