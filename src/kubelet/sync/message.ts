import { open } from 'node:fs/promises'
import { parseLogLine } from '../server/logs/line.ts'
import type { ContainerRecord } from './state.ts'

const fileLimit = 4096
const logLimit = 2048
const logLines = 80

/** The last words of a container that ended: its termination message file, or the end of its log where its policy says so. */
export async function terminationMessage(record: ContainerRecord): Promise<string> {
  const path = record.messagePath || '/dev/termination-log'
  const file = record.mounts.find(({ containerPath }) => containerPath === path)?.hostPath
  const text = file ? await head(file, fileLimit) : ''
  if (text || record.messagePolicy !== 'FallbackToLogsOnError' || record.exitCode === 0) return text
  const lines = (await tail(record.logPath, 64 * 1024)).toString('latin1').split('\n').slice(0, -1)
  const words = lines.slice(-logLines).map(line => parseLogLine(Buffer.from(line, 'latin1'))?.text ?? Buffer.alloc(0))
  return Buffer.concat(words).subarray(-logLimit).toString()
}

const head = async (path: string, bytes: number) => (await read(path, () => 0, bytes)).toString()
const tail = (path: string, bytes: number) => read(path, size => Math.max(0, size - bytes), bytes)

/** Part of a file; empty when it is not there any more. */
async function read(path: string, from: (size: number) => number, bytes: number): Promise<Buffer> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, bytes)), 0, undefined, from(size))
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
