import { fields, int32, list, object, one, root, string } from '../../schema/fields.ts'
import { rawExtension, rawJson } from '../../schema/scalars/raw.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta } from './objectMeta.ts'

const tableColumnDefinition = fields({
  /** Title of the column. */
  name: string(0, { always: true }),
  /** JSON type of its cells. */
  type: string(0, { always: true }),
  /** Hint how to show them; `name` marks the column of the object's name. */
  format: string(0, { always: true }),
  /** What the column tells. */
  description: string(0, { always: true }),
  /** 0 is always shown; greater numbers only when there is room. */
  priority: int32(0, { always: true }),
})
export interface TableColumnDefinition extends Shape<typeof tableColumnDefinition> {}
export const TableColumnDefinition: Type<TableColumnDefinition> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.TableColumnDefinition',
  tableColumnDefinition,
)

const tableRowCondition = fields({
  /** What the condition says of the row. */
  type: string(0, { always: true }),
  /** True, False or Unknown. */
  status: string(0, { always: true }),
  /** Why, as one word. */
  reason: string(0),
  /** Why, for people. */
  message: string(0),
})
export interface TableRowCondition extends Shape<typeof tableRowCondition> {}
export const TableRowCondition: Type<TableRowCondition> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.TableRowCondition',
  tableRowCondition,
)

const tableRow = fields({
  /** One value for each column. */
  cells: list(0, rawJson, { always: true, listType: 'atomic' }),
  /** What is special about the row. */
  conditions: list(0, TableRowCondition, { listType: 'atomic' }),
  /** The object of the row, or its metadata. */
  object: one(0, rawExtension),
})
export interface TableRow extends Shape<typeof tableRow> {}
export const TableRow: Type<TableRow> = object('io.k8s.apimachinery.pkg.apis.meta.v1.TableRow', tableRow)

const table = fields({
  /** Version and paging of the list. */
  metadata: one(0, ListMeta, { always: true }),
  /** The columns. */
  columnDefinitions: list(0, TableColumnDefinition, { always: true, listType: 'atomic' }),
  /** The rows. */
  rows: list(0, TableRow, { always: true, listType: 'atomic' }),
})
export interface Table extends RootShape<typeof table> {}
export const Table: Type<Table> = root('io.k8s.apimachinery.pkg.apis.meta.v1.Table', table)
