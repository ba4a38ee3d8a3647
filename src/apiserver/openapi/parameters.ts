/** Query and path parameters, as OpenAPI tells them. */
export type Parameter = Readonly<Record<string, unknown>>

const parameter = (where: 'query' | 'path', name: string, type: string, description: string): Parameter => ({
  description,
  in: where,
  name,
  ...(where === 'path' ? { required: true } : {}),
  schema: { type, uniqueItems: true },
})
const query = (name: string, type: string, description: string) => parameter('query', name, type, description)

export const namespaceParameter = parameter('path', 'namespace', 'string', 'Namespace of the object.')
export const nameParameter = (kind: string) => parameter('path', 'name', 'string', `Name of the ${kind}.`)
export const pathParameter = parameter('path', 'path', 'string', 'Path below the resource.')
export const prettyParameter = query('pretty', 'string', 'Whether the answer is indented for people.')

const dryRun = query('dryRun', 'string', 'All: carry the request out but keep nothing.')
const manager = query('fieldManager', 'string', 'Who makes the change.')
const validation = query(
  'fieldValidation',
  'string',
  'What happens to unknown and duplicate fields: Ignore drops them, Warn also says so, Strict refuses the request.',
)
const force = query('force', 'boolean', 'Take over fields that others manage; apply only.')

export const writeParameters = [dryRun, manager, validation]
export const patchParameters = [dryRun, manager, validation, force]

export const deleteParameters = [
  dryRun,
  query('gracePeriodSeconds', 'integer', 'Seconds the object gets to end by itself.'),
  query('orphanDependents', 'boolean', 'Deprecated: use propagationPolicy.'),
  query('propagationPolicy', 'string', 'What happens to dependents: Orphan, Background or Foreground.'),
]

export const listParameters = [
  query('allowWatchBookmarks', 'boolean', 'Whether a watch sends bookmarks.'),
  query('continue', 'string', 'Token of the next page, as the page before told it.'),
  query('fieldSelector', 'string', 'Only objects with these fields.'),
  query('labelSelector', 'string', 'Only objects with these labels.'),
  query('limit', 'integer', 'Most objects of one page.'),
  query('resourceVersion', 'string', 'How fresh the answer must be, or where the watch begins.'),
  query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  query('sendInitialEvents', 'boolean', 'Whether a watch begins with what is there.'),
  query('timeoutSeconds', 'integer', 'Seconds after which the request ends.'),
  query('watch', 'boolean', 'Go on with changes, as a stream of events.'),
]
