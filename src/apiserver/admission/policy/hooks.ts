import type { MatchResources, ParamKind, ParamRef } from '../../../api/index.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import type { Resource } from '../../../api/resource.ts'
import type { ObjectReader } from '../../contract.ts'
import { type Match, matchOf } from './match.ts'

/** What policies of both kinds have. */
export interface PolicyObject extends KubeObject {
  readonly spec: {
    readonly paramKind?: ParamKind
    readonly matchConstraints?: MatchResources
    readonly failurePolicy?: string
  }
}

/** What bindings of both kinds have. */
export interface BindingObject extends KubeObject {
  readonly spec: {
    readonly policyName?: string
    readonly paramRef?: ParamRef
    readonly matchResources?: MatchResources
  }
}

/** A policy with the bindings that put it into force. */
export interface Hook<P extends PolicyObject, B extends BindingObject, C> {
  readonly policy: P
  readonly name: string
  readonly match: Match
  readonly compiled: C
  readonly bindings: readonly { readonly binding: B; readonly name: string; readonly match: Match }[]
}

/** All policies that are bound, by their names; read anew only when one or a binding has changed. */
export function hooksIn<P extends PolicyObject, B extends BindingObject, C>(
  objects: ObjectReader,
  policies: Resource<P>,
  bindings: Resource<B>,
  compile: (policy: P) => C,
): () => readonly Hook<P, B, C>[] {
  const compiled = new WeakMap<object, C>()
  let known: { readonly of: string; readonly hooks: readonly Hook<P, B, C>[] } | undefined
  return () => {
    const of = `${objects.version(policies as unknown as Resource)}/${objects.version(bindings as unknown as Resource)}`
    if (known?.of === of) return known.hooks
    const bound = Map.groupBy(sorted(objects.list(bindings)), ({ spec }) => spec.policyName ?? '')
    const hooks = sorted(objects.list(policies)).flatMap((policy): Hook<P, B, C>[] => {
      const name = policy.metadata.name ?? ''
      const own = bound.get(name)
      if (!own) return []
      const program = compiled.get(policy) ?? compile(policy)
      compiled.set(policy, program)
      return [
        {
          policy,
          name,
          match: matchOf(policy.spec.matchConstraints),
          compiled: program,
          bindings: own.map(binding => ({
            binding,
            name: binding.metadata.name ?? '',
            match: matchOf(binding.spec.matchResources),
          })),
        },
      ]
    })
    known = { of, hooks }
    return hooks
  }
}

const sorted = <T extends KubeObject>(all: readonly T[]): T[] =>
  [...all].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
