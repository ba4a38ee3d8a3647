import { Session } from 'node:inspector/promises'
import { getHeapSnapshot } from 'node:v8'
import { badRequest } from '../../api/meta/statusError.ts'
import type { Answer, PathHandler } from '../contract.ts'

const longest = 300

/**
 * `/debug/pprof/profile?seconds=30`: a profile of the processor; `/debug/pprof/heap`: a snapshot of memory. Both in the
 * form of V8: `.cpuprofile` and `.heapsnapshot`, for the developer tools of a browser.
 */
export function profilingPaths(): PathHandler {
  return (request, { path }): Answer | undefined => {
    if (path === '/debug/pprof/heap') {
      return { form: 'stream', status: 200, contentType: 'application/json', chunks: getHeapSnapshot() }
    }
    if (path !== '/debug/pprof/profile') return undefined
    const seconds = Number(request.query.get('seconds') ?? 30)
    if (!(seconds > 0 && seconds <= longest)) throw badRequest(`seconds must be a number from 0 to ${longest}`)
    return { form: 'stream', status: 200, contentType: 'application/json', chunks: profile(seconds, request.signal) }
  }
}

async function* profile(seconds: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
    await new Promise<void>(resolve => {
      const end = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(end, seconds * 1000)
      signal.addEventListener('abort', end, { once: true })
    })
    const { profile } = await session.post('Profiler.stop')
    yield Buffer.from(JSON.stringify(profile))
  } finally {
    session.disconnect()
  }
}
