import { StatusError } from '../api/meta/statusError.ts'
import type { UserInfo } from '../api/resource.ts'
import type { ApiRequest, ApiResponse, Transport, WatchEvent } from '../client/transport.ts'
import type { Answer, ServerRequest, Trail, WatchSink } from './contract.ts'

const noBody = () => Promise.resolve(new Uint8Array(0))
const never = new AbortController().signal

/** The in-process way to the server: objects go in and come out as they are; everything else is as over a socket. */
export function connect(
  handle: (request: ServerRequest) => Promise<Answer>,
  user: UserInfo,
  serverSignal: AbortSignal,
): Transport {
  const server = (request: ApiRequest, warnings: string[], signal: AbortSignal): ServerRequest => {
    const mark = request.path.indexOf('?')
    return {
      method: request.method,
      target: request.path,
      query: new URLSearchParams(mark < 0 ? '' : request.path.slice(mark + 1)),
      headers: request.headers ?? {},
      body: noBody,
      ...(request.object === undefined ? {} : { object: request.object }),
      signal,
      connectedAs: user,
      warnings,
    }
  }
  return {
    async request(request): Promise<ApiResponse> {
      const warnings: string[] = []
      const made = server(request, warnings, request.signal ?? never)
      let answer: Answer
      try {
        answer = await handle(made)
      } catch (error) {
        made.trail?.ended(error instanceof StatusError ? error.code : 0, 0)
        throw error
      }
      made.trail?.ended('status' in answer ? answer.status : 0, 0)
      if (answer.form === 'object') return { status: answer.status, object: answer.object, warnings }
      if (answer.form === 'text')
        return {
          status: answer.status,
          object: typeof answer.body === 'string' ? answer.body : new TextDecoder().decode(answer.body),
          warnings,
        }
      if (answer.form === 'stream') {
        const chunks: Uint8Array[] = []
        for await (const chunk of answer.chunks) chunks.push(chunk)
        return { status: answer.status, object: Buffer.concat(chunks).toString(), warnings }
      }
      throw new Error(
        `${request.method} ${request.path} answers with a ${answer.form}: it needs a connection of its own`,
      )
    },
    async watch(request, onEvent) {
      const signal = request.signal ? AbortSignal.any([request.signal, serverSignal]) : serverSignal
      const made = server(request, [], signal)
      let answer: Answer
      try {
        answer = await handle(made)
      } catch (error) {
        made.trail?.ended(error instanceof StatusError ? error.code : 0, 0)
        throw error
      }
      if (answer.form !== 'watch') throw new Error(`GET ${request.path} is no watch`)
      made.trail?.begun(200)
      return { ended: deliver(answer, onEvent, signal, made.trail).finally(() => made.trail?.ended(200, 0)) }
    },
    close: () => Promise.resolve(),
  }
}

/** Hands events over as they come. A receiver that throws has its watch ended, and hears of it by the rejection. */
async function deliver(
  answer: Extract<Answer, { form: 'watch' }>,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
  trail: Trail | undefined,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined
  const sink: WatchSink = {
    event(type, stored) {
      trail?.watched(stored.json.length)
      try {
        onEvent({ type, object: stored.object })
        return true
      } catch (error) {
        failure = { error }
        return false
      }
    },
    error: object => onEvent({ type: 'ERROR', object }),
  }
  try {
    await answer.start(sink, signal)
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    sink.error(error.body)
  }
  if (failure) throw failure.error
}
