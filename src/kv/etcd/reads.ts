import { RpcError } from '../../net/grpc/error.ts'
import {
  CompactedError,
  FutureRevisionError,
  type GetResult,
  type KeyValue,
  type RangeOptions,
  type RangeResult,
} from '../contract.ts'
import { sortKey } from '../keys.ts'
import type { Members } from './members.ts'
import type { RangeRequest, RangeResponse, WireKeyValue } from './messages/kv.ts'
import type { WatchResponse } from './messages/watch.ts'
import { methods } from './methods.ts'
import type { Names } from './names.ts'

/** Linearizable reads: what they answer is as new as any write acknowledged before, by whatever member. */
export interface Reads {
  revision(): Promise<number>
  get(key: string, options?: { revision?: number }): Promise<GetResult>
  range(options: RangeOptions): Promise<RangeResult>
  /** What etcd's key and value are here. */
  item(kv: WireKeyValue): KeyValue
  /** Checks that a revision can be read; gives the newest. Throws CompactedError or FutureRevisionError. */
  readable(revision: number): Promise<number>
  /** Turns etcd's words for a revision that cannot be read into the contract's errors. */
  explained(error: unknown, revision: number): Promise<unknown>
}

/** Items of one answer: grown until an answer has about so many bytes. */
const firstPage = 500
const largestPage = 10_000
const goodBytes = 8 * 1024 * 1024
/** Large answers take their time. */
const rangeTimeout = 30_000

export function createReads(members: Members, names: Names): Reads {
  const ask = (input: Partial<RangeRequest>, timeout?: number): Promise<RangeResponse> =>
    members.repeat(methods.range, input, timeout)
  const item = (kv: WireKeyValue): KeyValue => ({
    key: names.fromEtcd(kv.key),
    // A copy: the message that it came in may be large.
    value: kv.value.slice(),
    createRevision: kv.createRevision,
    modRevision: kv.modRevision,
  })
  // A key that no range finds anything under: only the header is wanted.
  const nowhere = { key: names.toEtcd(''), countOnly: true }
  nowhere.key ||= '\0'
  const revision = async () => (await ask(nowhere)).header.revision

  const explained = async (error: unknown, asked: number): Promise<unknown> => {
    if (!(error instanceof RpcError) || error.code !== 'OUT_OF_RANGE') return error
    if (error.message.includes('compacted')) return new CompactedError(await compacted(members))
    if (error.message.includes('future')) return new FutureRevisionError(asked, await revision())
    return error
  }
  const asOf = async (input: Partial<RangeRequest>, asked: number | undefined, timeout?: number) => {
    try {
      return await ask({ ...input, revision: asked ?? 0 }, timeout)
    } catch (error) {
      throw await explained(error, asked ?? 0)
    }
  }

  return {
    revision,
    item,
    explained,
    readable: async asked => (await asOf(nowhere, asked)).header.revision,
    async get(key, options) {
      const { header, kvs } = await asOf({ key: names.toEtcd(key) }, options?.revision)
      return { revision: header.revision, item: kvs[0] && item(kvs[0]) }
    },
    async range({ start, end, limit, revision: asked }) {
      if (sortKey(start) >= sortKey(end)) return { revision: await revision(), items: [], more: false, count: 0 }
      const items: KeyValue[] = []
      const rangeEnd = names.toEtcd(end)
      let key = names.toEtcd(start) || '\0'
      let size = firstPage
      let first: RangeResponse | undefined
      for (;;) {
        const left = limit ? limit - items.length : Infinity
        const page = await asOf(
          { key, rangeEnd, limit: Math.min(size, left) },
          asked || first?.header.revision,
          rangeTimeout,
        )
        first ??= page
        let bytes = 0
        for (const kv of page.kvs) {
          bytes += kv.value.length
          items.push(item(kv))
        }
        const last = page.kvs.at(-1)
        if (!page.more || !last || items.length === limit) {
          return { revision: first.header.revision, items, more: page.more, count: first.count }
        }
        key = `${last.key}\0`
        size = Math.max(
          firstPage,
          Math.min(largestPage, Math.floor((goodBytes / Math.max(bytes, 1)) * page.kvs.length)),
        )
      }
    },
  }
}

/** The oldest revision that is kept: a watch from the beginning is refused with it. */
async function compacted(members: Members): Promise<number> {
  const over = new AbortController()
  const answer = Promise.withResolvers<number>()
  const stream = members
    .current()
    .channel.duplex(
      methods.watch,
      { signal: over.signal, metadata: await members.metadata() },
      (response: WatchResponse) => {
        if (response.canceled) answer.resolve(response.compactRevision)
        // Not compacted after all: another member is behind.
        else if (response.events.length > 0) answer.resolve(0)
      },
    )
  stream.send({ create: { key: '\0', rangeEnd: '\0', startRevision: 1 } })
  try {
    return await Promise.race([answer.promise, stream.ended.then(() => 0)])
  } finally {
    over.abort()
  }
}
