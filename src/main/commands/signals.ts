/** A signal that aborts when the process is asked to end, by ^C or TERM. A second time ends it at once. */
export function untilSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143)
      controller.abort(new Error(`stopped by ${name}`))
    })
  return controller.signal
}
