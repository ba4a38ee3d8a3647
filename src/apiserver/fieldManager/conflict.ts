import { failure, type StatusError } from '../../api/meta/statusError.ts'
import { type Conflict, printPath } from '../../schema/merge/apply/index.ts'
import { managerIn } from './entries.ts'

/** The answer to what cannot be applied, because others manage it: by manager and field, in upstream's words. */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const byManager = new Map<string, string[]>()
  for (const { manager, path } of [...conflicts].sort((a, b) =>
    a.manager < b.manager ? -1 : a.manager > b.manager ? 1 : 0,
  )) {
    const paths = byManager.get(manager) ?? []
    paths.push(printPath(path))
    byManager.set(manager, paths)
  }
  const causes = [...byManager].flatMap(([manager, paths]) =>
    paths.map(field => ({ reason: 'FieldManagerConflict', message: `conflict with ${printed(manager)}`, field })),
  )
  const [only] = causes
  const lines = [...byManager].flatMap(([manager, paths]) => [
    `conflicts with ${printed(manager)}:`,
    ...paths.map(path => `- ${path}`),
  ])
  const told =
    causes.length === 1 && only
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`
  return failure(409, 'Conflict', told, { causes })
}

function printed(id: string): string {
  const { manager = '', operation, apiVersion, subresource } = managerIn(id)
  const through = subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''
  return `${JSON.stringify(manager)}${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`
}
