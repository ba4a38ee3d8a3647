import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { Status } from '../../api/meta/status.ts'
import { modified, notFound, type StatusBody } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Type } from '../../schema/types.ts'
import type { Answer, Stored } from '../contract.ts'
import { checkPreconditions, type Preconditions } from '../verbs/preconditions.ts'
import type { VerbDeps } from '../verbs/scope.ts'

const tries = 20

/**
 * Changes what is stored, past the rules of an ordinary update: for what only the server may do. The change is made
 * anew when somebody else wrote meanwhile.
 */
export async function rewrite<T extends KubeObject>(
  { objects }: VerbDeps,
  resource: Resource<T>,
  namespace: string,
  name: string,
  change: (object: T) => T,
  options: { readonly preconditions?: Preconditions; readonly dryRun?: boolean } = {},
): Promise<Stored> {
  const of = resource as unknown as Resource
  let current = await objects.get(of, namespace, name)
  for (let round = 1; ; round++) {
    if (!current) throw notFound(resource, name)
    checkPreconditions(of, current, options.preconditions ?? {})
    const next = change(current.object as T)
    if (options.dryRun) return current
    const written = await objects.put(of, next, current.revision)
    if (written.outcome === 'done') return written.stored
    if (round >= tries) throw modified(resource, name)
    current = written.current
  }
}

/** The plain success that an action answers. */
export function success(status: number): Answer {
  const body: StatusBody = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: status }
  return { form: 'object', status, type: Status as Type<unknown>, apiVersion: 'v1', kind: 'Status', object: body }
}
