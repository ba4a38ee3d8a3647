import type { Carry } from '../commandLine.ts'
import { completion, type Shell } from '../completion.ts'

export const printCompletion: Carry<'completion'> = async (_options, [shell]) => {
  process.stdout.write(completion(shell as Shell))
  return 0
}
