import { runCommandLine } from './commandLine.ts'
import { carriers } from './commands/index.ts'

/** An error and its causes, as a person reads them. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Errors of the language are mistakes of ours: where they arose helps whoever gets the report.
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    return error.stack ?? error.message
  const causes = error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause]
  return [error.message, ...causes.map(explain)].filter(Boolean).join(': ')
}

async function main(): Promise<void> {
  try {
    process.exitCode = await runCommandLine(process.argv.slice(2), carriers, {
      out: text => void process.stdout.write(text),
      err: text => void process.stderr.write(text),
    })
  } catch (error) {
    process.stderr.write(`caravel: ${explain(error)}\n`)
    // A part that failed may have others beside it that would go on.
    process.exit(1)
  }
}

void main()
