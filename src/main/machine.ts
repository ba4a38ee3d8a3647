import { accessSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { home } from './program.ts'

/** Why this machine, or this user, cannot run containers; undefined when it can. */
export function whyNoContainers(): string | undefined {
  if (process.platform !== 'linux') return `containers need Linux, and this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'containers need root, and you are not'
  return undefined
}

const path = `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`

/** What a node needs that is not installed, in one sentence with its remedy; undefined when nothing is missing. */
export function whatIsMissing(): string | undefined {
  const there = (file: string) => {
    try {
      accessSync(file)
      return true
    } catch {
      return false
    }
  }
  const missing = ['containerd', 'ctr', 'runc', 'nft', 'conntrack', 'ip', 'nsenter'].filter(
    program => !path.split(delimiter).some(directory => there(join(directory, program))),
  )
  if (!['/usr/lib/cni/bridge', '/opt/cni/bin/bridge'].some(there)) missing.push('the CNI plugins')
  return missing.length > 0
    ? `${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not installed; run ${join(home, 'scripts/install')}`
    : undefined
}
