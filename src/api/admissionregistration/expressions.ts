import type { Environment, StructDeclaration } from '../../cel/check/environment.ts'
import { type Compiled, compile } from '../../cel/compile.ts'
import { createEnvironment } from '../../cel/environment.ts'
import { authorizerTypes } from '../../cel/library/authorizer.ts'
import * as cel from '../../cel/types.ts'
import { patchStructs } from './patchTypes.ts'

/** What expressions about writes may speak of, beside `object`, `oldObject`, `request` and `namespaceObject`. */
export interface AdmissionVariables {
  readonly params?: boolean
  readonly authorizer?: boolean
  /** `Object{...}` and `JSONPatch{...}`. */
  readonly patches?: boolean
  /** The policy's own variables, by name. */
  readonly variables?: ReadonlyMap<string, cel.Type>
  /** What is known of the types of `object` and `params`; otherwise they are anything. */
  readonly types?: { readonly object?: cel.Type; readonly params?: cel.Type }
}

const texts = cel.list(cel.string)
const gvk = cel.struct('kubernetes.GroupVersionKind', { group: cel.string, version: cel.string, kind: cel.string })
const gvr = cel.struct('kubernetes.GroupVersionResource', {
  group: cel.string,
  version: cel.string,
  resource: cel.string,
})
const request = cel.struct('kubernetes.AdmissionRequest', {
  kind: gvk,
  resource: gvr,
  subResource: cel.string,
  requestKind: gvk,
  requestResource: gvr,
  requestSubResource: cel.string,
  name: cel.string,
  namespace: cel.string,
  operation: cel.string,
  userInfo: cel.struct('kubernetes.UserInfo', {
    username: cel.string,
    uid: cel.string,
    groups: texts,
    extra: cel.map(cel.string, texts),
  }),
  dryRun: cel.bool,
  options: cel.dyn,
})

const textMap = cel.map(cel.string, cel.string)
const namespace = cel.struct('kubernetes.Namespace', {
  metadata: cel.struct('kubernetes.NamespaceMetadata', {
    name: cel.string,
    generateName: cel.string,
    namespace: cel.string,
    labels: textMap,
    annotations: textMap,
    UID: cel.string,
    creationTimestamp: cel.timestamp,
    deletionGracePeriodSeconds: cel.int,
    deletionTimestamp: cel.timestamp,
    generation: cel.int,
    resourceVersion: cel.string,
    finalizers: texts,
  }),
  spec: cel.struct('kubernetes.NamespaceSpec', { finalizers: texts }),
  status: cel.struct('kubernetes.NamespaceStatus', {
    conditions: cel.list(
      cel.struct('kubernetes.NamespaceCondition', {
        status: cel.string,
        type: cel.string,
        lastTransitionTime: cel.timestamp,
        message: cel.string,
        reason: cel.string,
      }),
    ),
    phase: cel.string,
  }),
})

/** The environment of an expression about a write. Upstream's admission/plugin/cel. */
export function admissionEnvironment(known: AdmissionVariables): Environment {
  const { params, authorizer, patches, variables, types } = known
  return createEnvironment({
    variables: {
      object: types?.object ?? cel.dyn,
      oldObject: types?.object ?? cel.dyn,
      request,
      namespaceObject: namespace,
      ...(params ? { params: types?.params ?? cel.dyn } : {}),
      ...(authorizer
        ? { authorizer: authorizerTypes.authorizer, 'authorizer.requestResource': authorizerTypes.resource }
        : {}),
      ...(variables ? { variables: cel.struct('kubernetes.variables', name => variables.get(name)) } : {}),
    },
    ...(patches ? { structs: (name: string): StructDeclaration | undefined => patchStructs(name) } : {}),
  })
}

/** A type as Go prints it: by its declared name. */
const declared = (type: cel.Type): string => {
  const of = cel.parameters(type)
  return of.length ? `${cel.typeName(type)}(${of.map(declared).join(', ')})` : cel.typeName(type)
}

/** An expression that may be evaluated, or what upstream says is wrong with it. */
export type AdmissionExpression = { readonly compiled: Compiled } | { readonly problem: string }

/** Compiles an expression that must be of one of the types; of any when none is given. */
export function compileExpression(
  text: string,
  env: Environment,
  ...returns: readonly cel.Type[]
): AdmissionExpression {
  const compiled = compile(text, env)
  if ('errors' in compiled && !compiled.unplannable) return { problem: `compilation failed: ${compiled.message}` }
  if ('errors' in compiled) return { problem: `program instantiation failed: ${compiled.message}` }
  if (!returns.length || returns.some(type => cel.sameType(type, compiled.type))) return { compiled }
  const names = returns.map(declared)
  const wanted = names.length === 1 ? names[0] : `one of [${names.join(' ')}]`
  return { problem: `must evaluate to ${wanted} but got ${declared(compiled.type)}` }
}

/** What later expressions know of a variable's type: scalars and what they make up; anything else may be anything. */
export function variableType(type: cel.Type): cel.Type {
  switch (type.kind) {
    case 'list':
      return cel.list(variableType(type.of))
    case 'map':
      return cel.map(variableType(type.key), variableType(type.value))
    case 'struct':
    case 'opaque':
    case 'type':
    case 'param':
    case 'error':
      return cel.dyn
    default:
      return type
  }
}
