import type { AuditBackend, Kept } from './backend.ts'

/** How large what is kept may be, in bytes. */
export interface TruncateOptions {
  readonly mostEventBytes: number
  readonly mostBatchBytes: number
}

/** The event, or without its objects where it is too large with them; undefined: even then it is. Upstream's `truncate`. */
export function shortened(event: Kept, most: number): Kept | undefined {
  if (Buffer.byteLength(event.json) <= most) return event
  const json = event.shorter?.()
  return json !== undefined && Buffer.byteLength(json) <= most ? { json } : undefined
}

/** The same backend, which gets no more at once than so many bytes; single events are not parted. */
export function inParts(backend: AuditBackend, most: number): AuditBackend {
  return {
    name: backend.name,
    write: events => writeParts(backend, parts(events, most)),
    ...(backend.hurry ? { hurry: () => backend.hurry?.() } : {}),
    close: () => backend.close(),
  }
}

/** At once as long as the backend is: whoever writes without waiting must not be made to wait. */
function writeParts(backend: AuditBackend, batches: readonly (readonly string[])[]): Promise<void> | undefined {
  for (const [index, batch] of batches.entries()) {
    const written = backend.write(batch)
    if (written) return written.then(() => writeParts(backend, batches.slice(index + 1)))
  }
  return undefined
}

function parts(events: readonly string[], most: number): string[][] {
  const batches: string[][] = []
  let size = 0
  for (const event of events) {
    const bytes = Buffer.byteLength(event)
    const last = batches.at(-1)
    if (last && size + bytes <= most) {
      last.push(event)
      size += bytes
    } else {
      batches.push([event])
      size = bytes
    }
  }
  return batches
}
