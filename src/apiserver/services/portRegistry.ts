import { RangeAllocation } from '../../api/core/rangeAllocation.ts'
import { nodePortsOf } from '../../api/core/service/shape.ts'
import { type Service, services } from '../../api/index.ts'
import type { KeyValue, Store } from '../../kv/contract.ts'
import { isEnveloped, unwrap, wrap } from '../../schema/codec/envelope.ts'
import { decodeJson } from '../../schema/codec/json.ts'
import { decodeProtobuf, encodeProtobuf } from '../../schema/codec/protobuf.ts'
import type { ObjectReader } from '../contract.ts'
import type { PortMeter } from './meters.ts'
import { type PortBits, type PortRange, portBits, rangeText, sizeOf } from './portBits.ts'

/**
 * Which node ports are taken, as all servers of a store know it: one key, upstream's own, changed only by who knows what
 * stands there. Changes that come while one is being written are made together by the next write.
 */
export interface PortRegistry {
  readonly range: PortRange
  /**
   * Carries out a change: it may be tried several times, on what is stored then, and must do nothing else. Rejects with
   * what it throws, then nothing is changed.
   */
  change<T>(change: (bits: PortBits) => T): Promise<T>
}

export interface PortRegistryDeps {
  readonly store: Store
  readonly objects: ObjectReader
  readonly meter: PortMeter
}

const key = '/registry/ranges/servicenodeports'
const apiVersion = 'v1'
const kind = 'RangeAllocation'
const tries = 100

interface State {
  /** 0: nothing is stored yet. */
  readonly revision: number
  readonly bytes: Uint8Array
}

interface Waiting {
  carryOut(bits: PortBits): Result
  settle(result: Result): void
}

type Result = { readonly value: unknown } | { readonly error: unknown }

export function createPortRegistry({ store, objects, meter }: PortRegistryDeps, range: PortRange): PortRegistry {
  const waiting: Waiting[] = []
  let state: State | undefined
  let busy = false

  const read = (item: KeyValue | undefined): State => {
    const found = item && decode(item.value)
    const revision = item?.modRevision ?? 0
    // Nothing there, or it is about other ports: then the services say what is taken.
    if (found?.range !== rangeText(range)) return { revision, bytes: inUse(range, objects.list(services)) }
    return { revision, bytes: Buffer.from(found.data, 'base64') }
  }
  const load = async () => read((await store.get(key)).item)

  /** Carries out all that wait on one state; what is refused leaves no trace. */
  const attempt = (batch: readonly Waiting[], from: State) => {
    const bits = portBits(range, from.bytes)
    const results = batch.map(each => {
      const before = bits.bytes()
      const result = each.carryOut(bits)
      if ('error' in result) bits.restore(before)
      return result
    })
    return { results, bytes: bits.bytes(), used: bits.used }
  }
  const write = async (batch: readonly Waiting[]): Promise<readonly Result[]> => {
    let fresh = state === undefined || store.shared !== true
    state ??= await load()
    for (let round = 1; round <= tries; round++) {
      const { results, bytes, used } = attempt(batch, state)
      // Others may have given back what is asked for.
      if (!fresh && results.some(result => 'error' in result)) {
        state = await load()
        fresh = true
        continue
      }
      meter.state(used, sizeOf(range) - used)
      if (state.revision > 0 && Buffer.compare(bytes, state.bytes) === 0) return results
      const written = await store.put(key, encode(range, bytes), { expect: state.revision })
      if (written.outcome === 'done') {
        state = { revision: written.revision, bytes }
        return results
      }
      state = read(written.current)
      fresh = true
    }
    throw new Error(`the node ports in ${key} changed ${tries} times while they were to be written`)
  }
  const work = async () => {
    if (busy) return
    busy = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0)
      try {
        const results = await write(batch)
        batch.forEach((each, i) => {
          each.settle(results[i] as Result)
        })
      } catch (error) {
        state = undefined
        for (const each of batch) each.settle({ error })
      }
    }
    busy = false
  }
  return {
    range,
    change: change =>
      new Promise((resolve, reject) => {
        waiting.push({
          carryOut(bits) {
            try {
              return { value: change(bits) }
            } catch (error) {
              return { error }
            }
          },
          settle: result => ('error' in result ? reject(result.error) : resolve(result.value as never)),
        })
        void work()
      }),
  }
}

/** The ports that services have. */
function inUse(range: PortRange, all: readonly Service[]): Uint8Array {
  const bits = portBits(range)
  for (const service of all) {
    for (const port of nodePortsOf(service)) bits.take(port)
    if (service.spec.healthCheckNodePort) bits.take(service.spec.healthCheckNodePort)
  }
  return bits.bytes()
}

function encode(range: PortRange, bytes: Uint8Array): Uint8Array {
  const value = { metadata: {}, range: rangeText(range), data: Buffer.from(bytes).toString('base64') }
  return wrap({ apiVersion, kind }, encodeProtobuf(RangeAllocation, value as RangeAllocation))
}

function decode(value: Uint8Array): RangeAllocation {
  return isEnveloped(value) ? decodeProtobuf(RangeAllocation, unwrap(value).raw) : decodeJson(RangeAllocation, value)
}
