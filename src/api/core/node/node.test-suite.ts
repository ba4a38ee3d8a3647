import { fromJson } from '../../../schema/codec/json.ts'
import { Node } from './node.ts'

type Json = Record<string, unknown>

/** A node as a writer sends it: decoded, without any defaults. */
export const nodeOf = (spec: Json = {}, status: Json = {}, metadata: Json = {}): Node =>
  fromJson(Node, { metadata: { name: 'n1', ...metadata }, spec, status })
