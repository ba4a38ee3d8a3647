import { readdirSync, readFileSync } from 'node:fs'
import type { Metrics } from '../../base/metrics.ts'

const pageBytes = 4096

/** What this process uses, by the names that every Prometheus client has. Only for a program that is the whole process. */
export function processMetrics(metrics: Metrics): void {
  const gauge = (name: string, help: string) => metrics.gauge({ name, help })
  const cpu = metrics.counter({ name: 'process_cpu_seconds_total', help: 'Seconds of processor time used.' })
  const resident = gauge('process_resident_memory_bytes', 'Bytes of memory resident.')
  const virtual = gauge('process_virtual_memory_bytes', 'Bytes of memory mapped.')
  const open = gauge('process_open_fds', 'Open file descriptors.')
  const most = gauge('process_max_fds', 'Most file descriptors that may be open.')
  const heap = gauge('nodejs_heap_size_used_bytes', 'Bytes of the heap in use.')
  const total = gauge('nodejs_heap_size_total_bytes', 'Bytes of the heap.')
  const busy = gauge(
    'nodejs_eventloop_utilization',
    'Part of the time since the last scrape that the event loop was busy.',
  )
  const limit = gauge('process_virtual_memory_max_bytes', 'Most bytes of memory that may be mapped; -1: any number.')
  const received = metrics.counter({
    name: 'process_network_receive_bytes_total',
    help: 'Bytes received in the network namespace of the process.',
  })
  const sent = metrics.counter({
    name: 'process_network_transmit_bytes_total',
    help: 'Bytes sent in the network namespace of the process.',
  })
  let traffic = { received: 0, sent: 0 }
  gauge('process_start_time_seconds', 'When the process began, in seconds since the epoch.').set(
    Math.round(performance.timeOrigin) / 1000,
  )
  let before = performance.eventLoopUtilization()
  let used = 0
  metrics.onScrape(() => {
    const { user, system } = process.cpuUsage()
    const now = (user + system) / 1e6
    cpu.add(now - used)
    used = now
    const { rss, heapUsed, heapTotal } = process.memoryUsage()
    resident.set(rss)
    heap.set(heapUsed)
    total.set(heapTotal)
    busy.set(performance.eventLoopUtilization(before).utilization)
    before = performance.eventLoopUtilization()
    if (process.platform !== 'linux') return
    virtual.set(Number(readFileSync('/proc/self/statm', 'utf8').split(' ', 1)[0]) * pageBytes)
    open.set(readdirSync('/proc/self/fd').length)
    const limits = readFileSync('/proc/self/limits', 'utf8')
    most.set(Number(/Max open files\s+(\d+)/.exec(limits)?.[1] ?? 0))
    limit.set(Number(/Max address space\s+(\d+)/.exec(limits)?.[1] ?? -1))
    const bytes = networkBytes(readFileSync('/proc/self/net/netstat', 'utf8'))
    received.add(Math.max(0, bytes.received - traffic.received))
    sent.add(Math.max(0, bytes.sent - traffic.sent))
    traffic = bytes
  })
}

/** Pairs of lines: names, then numbers. */
function networkBytes(netstat: string): { readonly received: number; readonly sent: number } {
  const lines = netstat.split('\n')
  const names = lines.findIndex(line => line.startsWith('IpExt:'))
  const words = (index: number) => (lines[index] ?? '').split(' ')
  const of = (name: string) => Number(words(names + 1)[words(names).indexOf(name)] ?? 0)
  return names < 0 ? { received: 0, sent: 0 } : { received: of('InOctets'), sent: of('OutOctets') }
}
