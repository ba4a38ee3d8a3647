/** A server that can be asked for what it measures. */
export interface Measured {
  ask(method: 'GET', path: string): Promise<{ readonly object?: unknown }>
}

/** The samples of a metric as /metrics tells them, by their labels. */
export async function scraped({ ask }: Measured, name: string): Promise<Record<string, number>> {
  const { object } = await ask('GET', '/metrics')
  const own = String(object)
    .split('\n')
    .filter(line => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  return Object.fromEntries(
    own.map(line => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}
