import type { Pod } from '../../api/core/pod/pod.ts'

/**
 * Milliseconds that the work of a simulated pod takes: the longest `sleep` that its containers' commands ask for, 0 when
 * there is none, Infinity for `sleep infinity`.
 */
export function workDuration({ spec }: Pod): number {
  return Math.max(0, ...spec.containers.map(({ command = [], args = [] }) => asleep([...command, ...args].join(' '))))
}

const milliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function asleep(words: string): number {
  const [, time, unit = 's'] = /(?:^|[\s;&|])sleep (\d+(?:\.\d+)?|infinity)([smhd]?)(?![\w.])/.exec(words) ?? []
  if (time === undefined) return 0
  return time === 'infinity' ? Number.POSITIVE_INFINITY : Number(time) * (milliseconds[unit || 's'] ?? 1000)
}
