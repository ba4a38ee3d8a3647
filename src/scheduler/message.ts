/** How many nodes gave a reason, sorted as text: `1 Insufficient cpu, 2 node(s) were unschedulable`. */
export function histogram(reasons: Iterable<string>): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ')
}

/** Why a pod found no node, in the words of `framework.FitError`. `preemption`: what preemption found. */
export function failedMessage(nodes: number, reasons: Iterable<string>, preemption: string): string {
  const told = histogram(reasons)
  return [`0/${nodes} nodes are available:`, told ? `${told}.` : '', preemption].filter(Boolean).join(' ')
}
