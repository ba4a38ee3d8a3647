import type { KubeObject, ListMeta } from '../../api/meta/objectMeta.ts'
import { failure } from '../../api/meta/statusError.ts'
import { Table } from '../../api/meta/table.ts'
import type { Type } from '../../schema/types.ts'
import type { Answer } from '../contract.ts'
import type { Include, Transform } from './mediaTypes.ts'
import { asMetadata, asMetadataList, metadataListType, metadataType } from './metadataOnly.ts'
import { tableOf } from './table.ts'

type ObjectAnswer = Extract<Answer, { form: 'object' }>

/** An object that is about to be encoded. */
export interface Shaped {
  readonly type: Type<unknown>
  readonly apiVersion: string
  readonly kind: string
  readonly object: unknown
}

interface List {
  readonly metadata: ListMeta
  readonly items: readonly KubeObject[]
}

const listIn = (object: unknown): List | undefined => {
  const { metadata, items } = object as Partial<List>
  return Array.isArray(items) ? { metadata: metadata ?? {}, items } : undefined
}

/** The objects of an answer in another shape: a table, or metadata alone. Throws NotAcceptable. Upstream's `doTransformObject`. */
export function shaped(answer: ObjectAnswer, transform: Transform, include: Include, now: number): Shaped {
  const { resource, object } = answer
  if (!resource) return answer
  const { kind, apiVersion } = transform
  const list = listIn(object)
  if (kind === 'Table') {
    const one = object as KubeObject
    const metadata = list?.metadata ?? { resourceVersion: one.metadata.resourceVersion }
    const table = tableOf(resource, list?.items ?? [one], metadata, { apiVersion, include, now })
    return { type: Table as Type<unknown>, kind, apiVersion, object: table }
  }
  if ((kind === 'PartialObjectMetadataList') !== (list !== undefined)) {
    const { custom, group } = resource
    const type = custom
      ? `unstructured.Unstructured${list ? 'List' : ''}`
      : `${group.split('.', 1)[0] || 'core'}.${answer.kind}`
    const what = `the requested object is ${list ? 'a list' : 'not a list'} (*${type})`
    throw failure(406, 'NotAcceptable', `you requested ${kind}, but ${what}`)
  }
  return list
    ? { type: metadataListType, kind, apiVersion, object: asMetadataList(list.items, list.metadata, apiVersion) }
    : { type: metadataType, kind, apiVersion, object: asMetadata(object as KubeObject, apiVersion) }
}
