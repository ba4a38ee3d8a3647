import type { ServiceRecords } from './records.ts'

export type RecordType = 'A' | 'AAAA' | 'SRV' | 'CNAME' | 'PTR' | 'TXT' | 'NS' | 'SOA' | 'ANY'

export interface Question {
  readonly name: string
  readonly type: string
}

export type DnsRecord =
  | {
      readonly name: string
      readonly type: 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'NS'
      readonly ttl: number
      readonly data: string
    }
  | {
      readonly name: string
      readonly type: 'SRV'
      readonly ttl: number
      readonly data: { priority: number; weight: number; port: number; target: string }
    }
  | { readonly name: string; readonly type: 'TXT'; readonly ttl: number; readonly data: string }
  | { readonly name: string; readonly type: 'SOA'; readonly ttl: number; readonly data: Soa }

interface Soa {
  mname: string
  rname: string
  serial: number
  refresh: number
  retry: number
  expire: number
  minimum: number
}

/** `forward`: the name is not the cluster's. `refer`: a CNAME out of the cluster, whose target is to be asked for. */
export type Reply =
  | {
      readonly outcome: 'found'
      readonly answers: readonly DnsRecord[]
      readonly additionals: readonly DnsRecord[]
      readonly refer?: string
    }
  | { readonly outcome: 'empty' | 'unknown'; readonly authority: DnsRecord }
  | { readonly outcome: 'forward' }

/** Reads of the cluster's names; synchronous, from caches. */
export interface Zone {
  /** Without dots at the ends: `cluster.local`. */
  readonly domain: string
  service(namespace: string, name: string): ServiceRecords | undefined
  hasNamespace(namespace: string): boolean
  /** Names of an address: of a service's cluster IP, or of endpoints of headless services. */
  namesOf(ip: string): readonly string[]
}

const ttl = 5
const version = '1.1.0'
const isV6 = (ip: string) => ip.includes(':')

/** Answers one question out of the zone. Names are compared in lower case; the answer repeats the name as asked. */
export function answer(zone: Zone, question: Question): Reply {
  const name = question.name.toLowerCase().replace(/\.$/, '')
  const reverse = addressOfPointer(name)
  if (reverse !== undefined) return pointer(zone, question, reverse)
  if (name !== zone.domain && !name.endsWith(`.${zone.domain}`)) return { outcome: 'forward' }
  const labels = name.slice(0, -zone.domain.length).replace(/\.$/, '').split('.').filter(Boolean).reverse()
  const [kind, namespace = '', ...rest] = labels
  if (kind === undefined) return apex(zone, question)
  if (kind === 'dns-version' && namespace === '') {
    return question.type === 'TXT' || question.type === 'ANY'
      ? found([{ name: question.name, type: 'TXT', ttl, data: version }])
      : empty(zone)
  }
  if (kind === 'pod') return podName(zone, question, namespace, rest)
  if (kind !== 'svc') return unknown(zone)
  if (namespace === '') return empty(zone)
  if (rest.length === 0) return zone.hasNamespace(namespace) ? empty(zone) : unknown(zone)
  const [service = '', ...inner] = rest
  const records = zone.service(namespace, service)
  return records ? inService(zone, question, records, inner) : unknown(zone)
}

function apex(zone: Zone, { name, type }: Question): Reply {
  if (type === 'SOA') return found([{ ...soa(zone), name }])
  if (type === 'NS') return found([{ name, type: 'NS', ttl, data: `ns.dns.${zone.domain}` }])
  return empty(zone)
}

/** `10-1-2-3.namespace.pod`: the address is in the name. */
function podName(zone: Zone, question: Question, namespace: string, rest: readonly string[]): Reply {
  if (namespace === '') return empty(zone)
  if (!zone.hasNamespace(namespace)) return unknown(zone)
  const [label, ...more] = rest
  if (label === undefined) return empty(zone)
  const parts = label.split('-')
  const ip =
    parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && Number(part) < 256)
      ? parts.join('.')
      : undefined
  if (ip === undefined || more.length > 0) return unknown(zone)
  return ofType(zone, question, [{ name: question.name, type: 'A', ttl, data: ip }])
}

/** `inner` is what stands before the service's name, nearest first. */
function inService(zone: Zone, question: Question, records: ServiceRecords, inner: readonly string[]): Reply {
  const base = `${records.name}.${records.namespace}.svc.${zone.domain}`
  const [first, second, ...more] = inner
  if (first === undefined) return service(zone, question, records, base)
  if (first.startsWith('_') && second?.startsWith('_') && more.length === 0) {
    const ports = records.ports.filter(
      port => `_${port.protocol}` === first && `_${port.name.toLowerCase()}` === second,
    )
    return ports.length === 0
      ? unknown(zone)
      : ofType(zone, question, serviceRecords(question.name, records, ports, base), additionals(records, base))
  }
  if (second !== undefined) return unknown(zone)
  const hosts = records.hosts.filter(host => host.label.toLowerCase() === first)
  if (hosts.length === 0) return unknown(zone)
  return ofType(
    zone,
    question,
    hosts.map(host => address(question.name, host.ip)),
  )
}

function service(zone: Zone, question: Question, records: ServiceRecords, base: string): Reply {
  if (records.externalName !== undefined) {
    return {
      outcome: 'found',
      answers: [{ name: question.name, type: 'CNAME', ttl, data: records.externalName }],
      additionals: [],
      refer: records.externalName,
    }
  }
  if (question.type === 'SRV')
    return ofType(
      zone,
      question,
      serviceRecords(question.name, records, records.ports, base),
      additionals(records, base),
    )
  const ips = records.addresses.length > 0 ? records.addresses : records.hosts.map(host => host.ip)
  // A headless service without endpoints has a name, but nothing behind it.
  return ips.length === 0
    ? unknown(zone)
    : ofType(
        zone,
        question,
        [...new Set(ips)].map(ip => address(question.name, ip)),
      )
}

const address = (name: string, ip: string): DnsRecord => ({ name, type: isV6(ip) ? 'AAAA' : 'A', ttl, data: ip })

function serviceRecords(
  name: string,
  records: ServiceRecords,
  ports: ServiceRecords['ports'],
  base: string,
): DnsRecord[] {
  const targets =
    records.addresses.length > 0 ? [base] : [...new Set(records.hosts.map(host => `${host.label}.${base}`))]
  const weight = Math.max(1, Math.floor(100 / Math.max(1, targets.length)))
  return ports.flatMap(port =>
    targets.map(target => ({
      name,
      type: 'SRV' as const,
      ttl,
      data: { priority: 0, weight, port: port.port, target },
    })),
  )
}

const additionals = (records: ServiceRecords, base: string): DnsRecord[] =>
  records.addresses.length > 0
    ? records.addresses.map(ip => address(base, ip))
    : records.hosts.map(host => address(`${host.label}.${base}`, host.ip))

function pointer(zone: Zone, question: Question, ip: string): Reply {
  const names = zone.namesOf(ip)
  // Addresses outside the cluster have names elsewhere.
  if (names.length === 0) return { outcome: 'forward' }
  return ofType(
    zone,
    question,
    names.map(data => ({ name: question.name, type: 'PTR', ttl, data })),
  )
}

/** The address asked for by `4.3.2.1.in-addr.arpa` or its IPv6 form. */
function addressOfPointer(name: string): string | undefined {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name)
  if (v4) return `${v4[4]}.${v4[3]}.${v4[2]}.${v4[1]}`
  if (!name.endsWith('.ip6.arpa')) return undefined
  const digits = name.slice(0, -'.ip6.arpa'.length).split('.').reverse().join('')
  return /^[0-9a-f]{32}$/.test(digits) ? (digits.match(/.{4}/g) ?? []).join(':') : undefined
}

/** Records of the type asked for; a name that has only others is there, but empty. */
function ofType(
  zone: Zone,
  question: Question,
  records: readonly DnsRecord[],
  additional: readonly DnsRecord[] = [],
): Reply {
  const answers = question.type === 'ANY' ? records : records.filter(record => record.type === question.type)
  return answers.length === 0 ? empty(zone) : { outcome: 'found', answers, additionals: additional }
}

const found = (answers: readonly DnsRecord[]): Reply => ({ outcome: 'found', answers, additionals: [] })
const empty = (zone: Zone): Reply => ({ outcome: 'empty', authority: soa(zone) })
const unknown = (zone: Zone): Reply => ({ outcome: 'unknown', authority: soa(zone) })

const soa = (zone: Zone): DnsRecord & { type: 'SOA' } => ({
  name: zone.domain,
  type: 'SOA',
  ttl,
  data: {
    mname: `ns.dns.${zone.domain}`,
    rname: `hostmaster.${zone.domain}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttl,
  },
})
