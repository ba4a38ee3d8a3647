import * as packet from 'dns-packet'
import { answer, type DnsRecord, type Reply, type Zone } from './answer.ts'

/** Asks the servers of the host for names that are not the cluster's. Rejects when none answers in time. */
export type Forward = (query: Uint8Array) => Promise<Uint8Array>

const authoritative = packet.AUTHORITATIVE_ANSWER
const recursionAvailable = packet.RECURSION_AVAILABLE
const truncated = packet.TRUNCATED_RESPONSE
const codes = { found: 0, empty: 0, unknown: 3 } as const
const serverFailure = 2
const formatError = 1

/**
 * The answer to one query, as bytes; undefined for what is no query at all. `limit`: how many bytes the way back takes;
 * a larger answer is cut and marked so, and the client asks again over TCP.
 */
export async function respond(
  zone: Zone,
  forward: Forward,
  query: Uint8Array,
  limit: number,
): Promise<Uint8Array | undefined> {
  let decoded: packet.Packet
  try {
    decoded = packet.decode(Buffer.from(query.buffer, query.byteOffset, query.byteLength))
  } catch {
    // Not DNS: an answer could only feed a forger.
    return undefined
  }
  if (decoded.type !== 'query') return undefined
  const [question] = decoded.questions ?? []
  if (!question || decoded.questions?.length !== 1) return encode(decoded, formatError, [], [], [], false, limit)
  const reply = answer(zone, question)
  if (reply.outcome === 'forward') return forwarded(forward, query, decoded, limit)
  if (reply.outcome !== 'found') return encode(decoded, codes[reply.outcome], [], [reply.authority], [], true, limit)
  const answers =
    reply.refer === undefined
      ? reply.answers
      : [...reply.answers, ...(await referred(zone, forward, reply, question.type))]
  return encode(decoded, codes.found, answers, [], reply.additionals, true, limit)
}

async function forwarded(
  forward: Forward,
  query: Uint8Array,
  decoded: packet.Packet,
  limit: number,
): Promise<Uint8Array> {
  try {
    return await forward(query)
  } catch {
    // The client is told, and retries or gives up by its own rules.
    return encode(decoded, serverFailure, [], [], [], false, limit)
  }
}

/** What the target of an ExternalName says, so that the client has its address in one answer. */
async function referred(
  zone: Zone,
  forward: Forward,
  reply: Reply & { outcome: 'found' },
  type: string,
): Promise<readonly DnsRecord[]> {
  if (reply.refer === undefined || (type !== 'A' && type !== 'AAAA')) return []
  const inside = answer(zone, { name: reply.refer, type })
  if (inside.outcome === 'found') return inside.answers
  if (inside.outcome !== 'forward') return []
  try {
    const query = packet.encode({
      type: 'query',
      id: 1,
      flags: packet.RECURSION_DESIRED,
      questions: [{ type, name: reply.refer }],
    })
    return (packet.decode(Buffer.from(await forward(query))).answers ?? []) as DnsRecord[]
  } catch {
    // The CNAME alone is a true answer; the client follows it itself.
    return []
  }
}

function encode(
  query: packet.Packet,
  code: number,
  answers: readonly DnsRecord[],
  authorities: readonly DnsRecord[],
  additionals: readonly DnsRecord[],
  own: boolean,
  limit: number,
): Uint8Array {
  const desired = (query.flags ?? 0) & packet.RECURSION_DESIRED
  const make = (parts: { answers: readonly DnsRecord[]; additionals: readonly DnsRecord[] }, flags: number) =>
    packet.encode({
      type: 'response',
      id: query.id ?? 0,
      flags: desired | recursionAvailable | (own ? authoritative : 0) | code | flags,
      questions: query.questions ?? [],
      answers: parts.answers as packet.Answer[],
      authorities: authorities as packet.Answer[],
      additionals: parts.additionals as packet.Answer[],
    })
  const whole = make({ answers, additionals }, 0)
  if (whole.byteLength <= limit) return whole
  const bare = make({ answers, additionals: [] }, 0)
  if (bare.byteLength <= limit) return bare
  let kept = answers.length
  let cut = bare
  while (cut.byteLength > limit && kept > 0) {
    kept = Math.floor(kept / 2)
    cut = make({ answers: answers.slice(0, kept), additionals: [] }, truncated)
  }
  return cut
}

/** How large a UDP answer the client takes: 512 bytes, or what it says by EDNS0, at most 4096. */
export function udpLimit(query: Uint8Array): number {
  try {
    const options = packet.decode(Buffer.from(query)).additionals?.find(record => record.type === 'OPT') as
      | { udpPayloadSize?: number }
      | undefined
    return Math.min(4096, Math.max(512, options?.udpPayloadSize ?? 512))
  } catch {
    return 512
  }
}
