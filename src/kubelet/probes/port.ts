import type { Container } from '../pod.ts'

/** The number of a port that is given by number, by a container port's name, or as text of a number. */
export function portNumber(port: number | string | undefined, container: Container): number {
  const named = (container.ports ?? []).find(({ name }) => name === port)?.containerPort
  const number = typeof port === 'number' ? port : (named ?? Number.parseInt(port ?? '', 10))
  if (!(number > 0 && number < 65536)) throw new Error(`invalid port number: ${port}`)
  return number
}
