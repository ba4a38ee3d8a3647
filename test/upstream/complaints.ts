/** Lines that klog marks as errors or worse, each kind once with how often it came: names, numbers and times are taken out. */
export function complaints(log: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of log.split('\n')) {
    const said = /^[EF]\d{4} \S+ +\d+ ([^\]]+\] .*)$/.exec(line)?.[1]
    if (said === undefined) continue
    const kind = generalized(said)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

const generalized = (text: string) =>
  text
    // Objects that are printed whole.
    .replaceAll(/&[\w.]+\{.*\}/g, 'OBJECT')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
    .replaceAll(/\d+\.\d+\.\d+\.\d+(:\d+)?/g, 'ADDRESS')
    .replaceAll(/\bchurn-\d+\b/g, 'NAMESPACE')
    .replaceAll(/\b(web|set|agent|batch|tick|old|quota|claim|node)(-\w+)*(\.[0-9a-f]{16})?\b/g, 'NAME')
    .replaceAll(/\d+(\.\d+)?(ms|s|µs|m)?\b/g, 'N')
    .slice(0, 400)
