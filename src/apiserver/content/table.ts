import { nameColumn } from '../../api/meta/columns.ts'
import type { KubeObject, ListMeta } from '../../api/meta/objectMeta.ts'
import type { Table, TableColumnDefinition, TableRow } from '../../api/meta/table.ts'
import type { Column, Resource } from '../../api/resource.ts'
import type { JsonObject } from '../../schema/scalars/raw.ts'
import type { Include } from './mediaTypes.ts'
import { asMetadata } from './metadataOnly.ts'

/** The table of a kind that declares none: name and date of creation. */
const plainColumns: readonly Column<KubeObject>[] = [
  nameColumn,
  {
    name: 'Created At',
    type: 'date',
    description: 'When the object was created.',
    cell: ({ metadata }) => metadata.creationTimestamp ?? null,
  },
]

const columnsOf = (resource: Resource) => resource.columns ?? plainColumns

function definition({
  name,
  type,
  format = '',
  description = '',
  priority = 0,
}: Column<KubeObject>): TableColumnDefinition {
  return { name, type, format, description, priority }
}

export interface TableOptions {
  /** `meta.k8s.io/v1` or `v1beta1`. */
  readonly apiVersion: string
  readonly include: Include
  /** Milliseconds: ages are told as of now. */
  readonly now: number
  /** Later tables of a watch go without their columns. */
  readonly headless?: boolean
}

/** Objects of a kind as rows of a table; `metadata` is the list's, or that of a list of the one object. */
export function tableOf(
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: ListMeta,
  options: TableOptions,
): Table {
  const columns = columnsOf(resource)
  return {
    kind: 'Table',
    apiVersion: options.apiVersion,
    metadata,
    columnDefinitions: options.headless ? [] : columns.map(definition),
    rows: objects.map(object => row(columns, object, options)),
  }
}

function row(
  columns: readonly Column<KubeObject>[],
  object: KubeObject,
  { include, apiVersion, now }: TableOptions,
): TableRow {
  const cells = columns.map(column => column.cell(object, now))
  if (include === 'None') return { cells }
  return { cells, object: (include === 'Object' ? object : asMetadata(object, apiVersion)) as unknown as JsonObject }
}
