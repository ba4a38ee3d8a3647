import { duplicate, required } from '../../../../schema/rules/errors.ts'
import { portName, portNumber } from '../../../../schema/rules/names.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { Container, ContainerPort } from '../container.ts'
import { wrong } from './names.ts'

/** Ports of one container: numbers in range, names well formed and unique. */
export function portRules(ports: readonly ContainerPort[], path: Path): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap(({ name, containerPort, hostPort }, i) => {
    const here = path.index(i)
    const errors: FieldError[] = []
    if (name) {
      const details = portName(name)
      errors.push(...wrong(details, here.child('name'), name))
      if (details.length === 0 && names.has(name)) errors.push(duplicate(here.child('name'), name))
      if (details.length === 0) names.add(name)
    }
    if (!containerPort) errors.push(required(here.child('containerPort')))
    else errors.push(...wrong(portNumber(containerPort), here.child('containerPort'), containerPort))
    if (hostPort) errors.push(...wrong(portNumber(hostPort), here.child('hostPort'), hostPort))
    return errors
  })
}

/** No two ports of these containers are the same port of the node. */
export function hostPortRules(containers: readonly Container[], path: Path): FieldError[] {
  const taken = new Set<string>()
  const errors: FieldError[] = []
  for (const [c, { ports = [] }] of containers.entries())
    for (const [p, { protocol = '', hostIP = '', hostPort }] of ports.entries()) {
      if (!hostPort) continue
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(key)) errors.push(duplicate(path.index(c).child('ports').index(p).child('hostPort'), key))
      taken.add(key)
    }
  return errors
}
