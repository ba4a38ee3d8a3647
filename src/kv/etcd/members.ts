import { backoffDelay } from '../../base/backoff.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { type CallMetadata, type Channel, type ChannelTls, createChannel, type Method } from '../../net/grpc/channel.ts'
import { isCode, RpcError } from '../../net/grpc/error.ts'
import { ClosedError } from '../contract.ts'
import { methods } from './methods.ts'

export interface MembersOptions {
  /** `http://127.0.0.1:2379`, `https://etcd-1:2379`, `unix:///run/etcd.sock`; at least one. */
  readonly endpoints: readonly string[]
  /** For `https` endpoints. */
  readonly tls?: ChannelTls
  /** Where etcd has authentication by password. */
  readonly auth?: { readonly username: string; readonly password: string }
}

export interface MembersDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** One member of the cluster. */
export interface Member {
  readonly address: string
  readonly channel: Channel
}

/** The members of an etcd cluster: one is asked at a time, the next one when that is in trouble. */
export interface Members {
  /** The member to ask now. */
  current(): Member
  /** A member did not do what was asked: the next one gets its turn. */
  failed(member: Member, error: unknown): void
  /** A member answered. */
  answered(): void
  /** What goes with every call. */
  metadata(extra?: CallMetadata): Promise<CallMetadata>
  /** One try, on the member whose turn it is. Throws an RpcError. */
  attempt<In, Out>(method: Method<In, Out>, input: NoInfer<In>, timeout?: number): Promise<Out>
  /** What can be done twice, until some member does it. Throws the last RpcError when none did for half a minute. */
  repeat<In, Out>(method: Method<In, Out>, input: NoInfer<In>, timeout?: number): Promise<Out>
  /** Version of a member, as it says itself: `3.5.30`. Asked again after it was in trouble. */
  version(member: Member): Promise<string>
  /** Why no member could be asked lately. */
  readonly trouble: Error | undefined
  close(): void
}

/**
 * How long the first try of a small call may take, and each one after it longer; milliseconds. A call that a member took
 * on just before it lost the leader is not answered for seven seconds: another one is, much sooner.
 */
const firstTry = 2000
const longestTry = 10_000
export const tryTimeout = (failures: number): number => Math.min(firstTry * 2 ** failures, longestTry)
/** How long all tries together may take. */
export const patience = 30_000
export const retry = { baseMilliseconds: 25, capMilliseconds: 1000 }
const keepalive = { every: 30_000, timeout: 10_000 }

/** Whether another try, perhaps on another member, may go better. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof RpcError)) return false
  if (error.code === 'RESOURCE_EXHAUSTED') return error.message.includes('too many requests')
  return passing.has(error.code) || isStaleToken(error)
}

const passing = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'UNKNOWN', 'INTERNAL', 'ABORTED'])

const isStaleToken = (error: unknown) =>
  (isCode(error, 'UNAUTHENTICATED') && (error as Error).message.includes('invalid auth token')) ||
  (isCode(error, 'INVALID_ARGUMENT') && (error as Error).message.includes('revision of auth store is old'))

/** Address for gRPC, and whether it is encrypted. Throws for what is no endpoint. */
function parseEndpoint(endpoint: string): { readonly address: string; readonly encrypted: boolean } {
  if (/^unixs?:\/\//.test(endpoint)) {
    return { address: endpoint.replace('unixs:', 'unix:'), encrypted: endpoint.startsWith('unixs:') }
  }
  const match = /^(?:(https?):\/\/)?([^/]+?)\/?$/.exec(endpoint)
  const host = match?.[2]
  if (!host) throw new Error(`${JSON.stringify(endpoint)} is no address of etcd: use a form like https://10.0.0.5:2379`)
  return { address: /:\d+$/.test(host) ? host : `${host}:2379`, encrypted: match[1] === 'https' }
}

export function createMembers(options: MembersOptions, { clock, log, signal }: MembersDeps): Members {
  if (options.endpoints.length === 0) throw new Error('there must be at least one endpoint of etcd')
  const all = options.endpoints.map((endpoint): Member => {
    const { address, encrypted } = parseEndpoint(endpoint)
    const channel = createChannel(address, {
      maximumMessage: -1,
      keepalive,
      ...(encrypted ? { tls: options.tls ?? {} } : {}),
    })
    return { address, channel }
  })
  let turn = 0
  let token: Promise<string> | undefined
  /** Failures since a member last answered: one that is away is no trouble while others are there. */
  let failures = 0
  let lastFailure: Error | undefined
  const versions = new Map<Member, Promise<string>>()

  const current = () => all[turn % all.length] as Member
  const failed = (member: Member, error: unknown) => {
    versions.delete(member)
    if (isStaleToken(error)) token = undefined
    if (member === current()) turn++
    failures++
    lastFailure = error as Error
  }
  const answered = () => {
    failures = 0
  }
  const metadata = async (extra: CallMetadata = {}): Promise<CallMetadata> => {
    const { auth } = options
    if (!auth) return extra
    token ??= current()
      .channel.unary(methods.authenticate, { name: auth.username, password: auth.password }, { timeout: firstTry })
      .then(answer => answer.token)
    try {
      return { ...extra, token: await token }
    } catch (error) {
      token = undefined
      throw error
    }
  }
  const attempt: Members['attempt'] = async (method, input, timeout = firstTry) => {
    if (signal.aborted) throw new ClosedError()
    const member = current()
    try {
      const result = await member.channel.unary(method, input, { timeout, signal, metadata: await metadata() })
      answered()
      return result
    } catch (error) {
      if (signal.aborted) throw new ClosedError()
      if (isPassing(error)) failed(member, error)
      else answered()
      throw error
    }
  }

  return {
    current,
    failed,
    answered,
    metadata,
    attempt,
    async repeat(method, input, timeout) {
      const until = clock.now() + patience
      for (let failures = 0; ; failures++) {
        try {
          return await attempt(method, input, timeout ?? tryTimeout(failures))
        } catch (error) {
          if (!isPassing(error) || clock.now() >= until) throw error
          log.debug('etcd did not answer; another member is asked', { call: method.path, error })
          // Every member once without waiting.
          if (failures >= all.length - 1) await sleep(clock, backoffDelay(retry, failures - all.length + 1), signal)
        }
      }
    },
    version(member) {
      let version = versions.get(member)
      if (!version) {
        version = metadata()
          .then(texts => member.channel.unary(methods.status, {}, { timeout: firstTry, signal, metadata: texts }))
          .then(status => status.version)
        version.catch(() => versions.delete(member))
        versions.set(member, version)
      }
      return version
    },
    get trouble() {
      return failures > all.length ? lastFailure : undefined
    },
    close() {
      for (const { channel } of all) channel.close()
    },
  }
}
