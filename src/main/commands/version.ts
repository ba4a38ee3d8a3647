import type { Carry } from '../commandLine.ts'
import { version } from '../program.ts'

/** The Kubernetes API that is served. */
const kubernetes = 'v1.36'

export const printVersion: Carry<'version'> = async ({ output }) => {
  const facts = { caravel: version(), kubernetes, node: process.version }
  process.stdout.write(
    output === 'json'
      ? `${JSON.stringify(facts, undefined, 2)}\n`
      : `Caravel ${facts.caravel}, Kubernetes API ${kubernetes}, Node ${facts.node}\n`,
  )
  return 0
}
