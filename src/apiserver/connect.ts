import { StatusError } from '../api/meta/statusError.ts'
import type { UserInfo } from '../api/resource.ts'
import { failureIn, readAnswer } from '../client/answer.ts'
import { eventLines } from '../client/eventLines.ts'
import type { ApiRequest, ApiResponse, Transport, WatchEvent } from '../client/transport.ts'
import type { Answer, ServerRequest, Stored, Trail, WatchSink } from './contract.ts'
import { metadataOf } from './store/metadata.ts'

const noBody = () => Promise.resolve(new Uint8Array(0))
const never = new AbortController().signal

/** Programs by the users they are: what upstream's say in their requests, and so are noted under as managers of fields. */
const programs: readonly (readonly [user: string, program: string])[] = [
  ['system:apiserver', 'kube-apiserver'],
  ['system:kube-scheduler', 'kube-scheduler'],
  ['system:kube-controller-manager', 'kube-controller-manager'],
  ['system:serviceaccount:kube-system:', 'kube-controller-manager'],
  ['system:node:', 'kubelet'],
]

const programOf = ({ name }: UserInfo): string =>
  programs.find(([user]) => name === user || (user.endsWith(':') && name.startsWith(user)))?.[1] ?? 'caravel'

/**
 * The in-process way to the server: objects go in and come out as they are; everything else is as over a socket.
 * `program` is the name under which writes are noted, where a request names no manager.
 */
export function connect(
  handle: (request: ServerRequest) => Promise<Answer>,
  user: UserInfo,
  serverSignal: AbortSignal,
  program = programOf(user),
): Transport {
  const agent = { 'user-agent': program }
  const server = (request: ApiRequest, warnings: string[], signal: AbortSignal): ServerRequest => {
    const mark = request.path.indexOf('?')
    return {
      method: request.method,
      target: request.path,
      query: new URLSearchParams(mark < 0 ? '' : request.path.slice(mark + 1)),
      headers: request.headers ? { ...agent, ...request.headers } : agent,
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
        const { status, contentType } = answer
        return { status, object: readAnswer(status, contentType, await bytesOf(answer.chunks)), warnings }
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
      // Another server answers: in lines, as over a socket.
      if (answer.form === 'stream') {
        const { status, contentType, chunks } = answer
        if (status !== 200) throw failureIn(status, contentType, await bytesOf(chunks))
        return { ended: follow(chunks, onEvent, made.trail) }
      }
      if (answer.form !== 'watch') throw new Error(`GET ${request.path} is no watch`)
      made.trail?.begun(200)
      const shown = /;as=PartialObjectMetadata/.test(request.headers?.accept ?? '') ? partOf : wholeOf
      return { ended: deliver(answer, shown, onEvent, signal, made.trail).finally(() => made.trail?.ended(200, 0)) }
    },
    close: () => Promise.resolve(),
  }
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

async function follow(
  chunks: AsyncIterable<Uint8Array>,
  onEvent: (event: WatchEvent) => void,
  trail: Trail | undefined,
): Promise<void> {
  trail?.begun(200)
  try {
    const feed = eventLines(onEvent)
    for await (const chunk of chunks) feed(chunk)
  } finally {
    trail?.ended(200, 0)
  }
}

const wholeOf = ({ object }: Stored): unknown => object
const partOf = (stored: Stored): unknown => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: metadataOf(stored),
})

/** Hands events over as they come. A receiver that throws has its watch ended, and hears of it by the rejection. */
async function deliver(
  answer: Extract<Answer, { form: 'watch' }>,
  shown: (stored: Stored) => unknown,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
  trail: Trail | undefined,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined
  const sink: WatchSink = {
    event(type, stored) {
      trail?.watched(stored.json.length)
      try {
        onEvent({ type, object: shown(stored) })
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
