import { intValue, milliValue } from '../../schema/scalars/quantity.ts'

/** Microseconds over which a CPU limit is counted. */
export const cpuPeriod = 100_000
const minimumQuota = 1000
const minimumShares = 2
const maximumShares = 262_144

type Amounts = Readonly<Record<string, string>>

/** CPU requests as cgroup v1 weighs them: 1024 a core (`cm.MilliCPUToShares`). */
export function cpuShares(milli: number): number {
  return Math.min(Math.max(Math.floor((milli * 1024) / 1000), minimumShares), maximumShares)
}

/** Microseconds of CPU in each period; 0 for no limit (`cm.MilliCPUToQuota`). */
export function cpuQuota(milli: number): number {
  return milli === 0 ? 0 : Math.max(Math.floor((milli * cpuPeriod) / 1000), minimumQuota)
}

/** Shares (2 to 262144) as cgroup v2 weighs them (1 to 10000). */
export const cpuWeight = (shares: number): number =>
  Math.floor(1 + ((shares - minimumShares) * 9999) / (maximumShares - minimumShares))

export const milliOf = (amounts: Amounts | undefined, name: string): number => milliValue(amounts?.[name] ?? '0')
export const amountOf = (amounts: Amounts | undefined, name: string): number => intValue(amounts?.[name] ?? '0')

/** Limits for the runtime out of a container's requests and limits; 0 stands for none. */
export function linuxResources(requests: Amounts | undefined, limits: Amounts | undefined) {
  const limit = milliOf(limits, 'cpu')
  const request = requests?.cpu === undefined ? limit : milliOf(requests, 'cpu')
  return {
    cpuPeriod,
    cpuQuota: cpuQuota(limit),
    cpuShares: cpuShares(request),
    memoryLimitInBytes: amountOf(limits, 'memory'),
  }
}
